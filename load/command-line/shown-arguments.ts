import { SECRET_FLAGS } from './flags'
import { withoutSecrets } from './without-secrets'

const HIDDEN = '(hidden)'

/** The arguments as results show them: without tokens, secrets of clients and passwords in addresses. */
export function shownArguments(args: readonly string[]): string[] {
  return args.map((argument, index) => {
    const before = args[index - 1] ?? ''
    if (SECRET_FLAGS.some((flag) => before === `--${flag}`)) return HIDDEN
    const flag = SECRET_FLAGS.find((name) => argument.startsWith(`--${name}=`))
    return flag === undefined ? withoutSecrets(argument) : `--${flag}=${HIDDEN}`
  })
}
