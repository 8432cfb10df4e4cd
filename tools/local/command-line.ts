import { UsageError } from '../usage-error'
import { SERVER_NAMES, type ServerName } from './server'

export const COMMANDS = ['up', 'down', 'status', 'logs', 'reset'] as const
export type Command = (typeof COMMANDS)[number]

export interface CommandLine {
  readonly command: Command
  /** The named servers, or all. */
  readonly servers: readonly ServerName[]
  /** Go ahead without a question. */
  readonly yes: boolean
}

const USAGE = `npm run infra -- ${COMMANDS.join('|')} [${SERVER_NAMES.join('] [')}]; reset takes --yes`

/** @throws {UsageError} */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const flags = args.filter((argument) => argument.startsWith('-'))
  const [command, ...names] = args.filter((argument) => !argument.startsWith('-'))
  if (command === undefined) throw new UsageError('No command given', USAGE)
  if (!isOneOf(COMMANDS, command)) throw new UsageError(`Unknown command ${command}`, USAGE)
  const unknown = names.find((name) => !isOneOf(SERVER_NAMES, name))
  if (unknown !== undefined) throw new UsageError(`Unknown server ${unknown}`, USAGE)
  const badFlag = flags.find((flag) => flag !== '--yes' || command !== 'reset')
  if (badFlag !== undefined) throw new UsageError(`Unknown option ${badFlag}`, USAGE)
  const servers = SERVER_NAMES.filter((name) => names.length === 0 || names.includes(name))
  return { command, servers, yes: flags.includes('--yes') }
}

function isOneOf<T extends string>(values: readonly T[], value: string): value is T {
  return values.some((candidate) => candidate === value)
}
