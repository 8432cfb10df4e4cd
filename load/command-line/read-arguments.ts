import { parseArgs } from 'node:util'
import { closestWord } from './closest-word'
import { FLAGS, type FlagName, type FlagValues, SECRET_FLAGS } from './flags'
import { UsageError } from './usage-error'
import { withoutSecrets } from './without-secrets'

export interface Arguments {
  readonly flags: FlagValues
  readonly positionals: readonly string[]
  readonly wantsHelp: boolean
}

/** Earlier names, which scripts may still use. */
const RENAMED: Readonly<Record<string, FlagName>> = {
  'objective-committed-p99': 'objective-commit-p99',
  'objective-errors': 'objective-failed',
}

/**
 * Of a repeated flag the last value counts, so that a script can add flags to a fixed command.
 * @throws {UsageError} with one line, which contains no password
 */
export function readArguments(args: readonly string[]): Arguments {
  const { tokens } = parseArgs({
    args: [...args],
    options: CONFIG,
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  const options = tokens.filter((token) => token.kind === 'option')
  const positionals = tokens.flatMap((token) => (token.kind === 'positional' ? [token.value] : []))
  const wantsHelp = options.some(({ name }) => name === 'help')
  if (wantsHelp) return { flags: {}, positionals, wantsHelp }
  const flags = new Map<FlagName, unknown>()
  for (const { name, rawName, value } of options) {
    const flag = flagOf(name, rawName)
    flags.set(flag, readValue(flag, value))
  }
  // Each value is the output of the schema of its flag.
  return { flags: Object.fromEntries(flags) as FlagValues, positionals, wantsHelp }
}

const CONFIG = {
  ...Object.fromEntries(
    [...Object.entries(FLAGS), ...Object.entries(RENAMED).map(([name, flag]) => [name, FLAGS[flag]] as const)].map(
      ([name, flag]) => [name, { type: 'value' in flag ? ('string' as const) : ('boolean' as const) }],
    ),
  ),
  help: { type: 'boolean', short: 'h' },
} as const

function flagOf(name: string, rawName: string): FlagName {
  const flag = RENAMED[name] ?? name
  if (isFlag(flag)) return flag
  const meant = closestWord(name, Object.keys(FLAGS))
  throw new UsageError(`unknown flag ${rawName}${meant === undefined ? '' : `: did you mean --${meant}?`}`)
}

function isFlag(name: string): name is FlagName {
  return Object.hasOwn(FLAGS, name)
}

function readValue(name: FlagName, value: string | undefined): unknown {
  const flag = FLAGS[name]
  if (!('value' in flag)) {
    if (value !== undefined) throw new UsageError(`--${name} has no value`)
    return true
  }
  // The parser takes the next argument as the value, whatever it is.
  if (value === undefined || value.startsWith('--')) throw new UsageError(`--${name} needs a value: ${flag.value}`)
  const parsed = flag.schema.safeParse(value)
  if (parsed.success) return parsed.data
  const shown = SECRET_FLAGS.includes(name) ? '' : ` ${printable(value)}`
  throw new UsageError(`--${name}${shown} ${parsed.error.issues[0]?.message}`)
}

/** A value as an error message shows it. */
export function printable(value: string): string {
  const shown = withoutSecrets(value).replace(/\p{Cc}/gu, '�')
  if (shown === '') return '""'
  return shown.length <= 80 ? shown : `${shown.slice(0, 79)}…`
}
