import { parseArgs } from 'node:util'
import { ROLES } from '@ecommerce/runtime'
import { UsageError } from '../usage-error'

const NAMES = Object.keys(ROLES)
const USAGE = `npm run token -- --role ${NAMES.join('|')}[,...] [--user id]`

export interface TokenOptions {
  /** Comma separated. */
  readonly role: string
  readonly user: string | undefined
}

/** @throws {UsageError} */
export function parseCommandLine(args: readonly string[]): TokenOptions {
  const { role, user } = read(args)
  if (role === undefined) throw new UsageError('--role is missing', USAGE)
  const unknown = role.split(',').find((name) => !NAMES.includes(name))
  if (unknown !== undefined) throw new UsageError(`There is no role ${JSON.stringify(unknown)}`, USAGE)
  return { role, user }
}

function read(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: { role: { type: 'string' }, user: { type: 'string' } } }).values
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message.replace(/\.$/, '') : String(error), USAGE)
  }
}
