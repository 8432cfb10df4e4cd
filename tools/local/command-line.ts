import { parseArgs } from 'node:util'
import { UsageError } from '../usage-error'
import { NODES, parseNodes } from './cluster/parse-nodes'
import { SERVER_NAMES, type ServerName } from './server'

export const COMMANDS = ['up', 'down', 'status', 'logs', 'reset'] as const
export type Command = (typeof COMMANDS)[number]

export interface CommandLine {
  readonly command: Command
  /** The named servers, or all. */
  readonly servers: readonly ServerName[]
  /** Go ahead without a question. */
  readonly yes: boolean
  /** For `up`: how many nodes each of the servers shall have; undefined: as many as before. */
  readonly nodes: number | undefined
}

const USAGE = `npm run infra -- ${COMMANDS.join('|')} [${SERVER_NAMES.join('] [')}]; up takes --nodes ${NODES.join('|')}, reset takes --yes`

/** @throws {UsageError} */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const { values, positionals } = parseArguments(args)
  const [command, ...names] = positionals
  if (command === undefined) throw new UsageError('No command given', USAGE)
  if (!isOneOf(COMMANDS, command)) throw new UsageError(`Unknown command ${command}`, USAGE)
  const unknown = names.find((name) => !isOneOf(SERVER_NAMES, name))
  if (unknown !== undefined) throw new UsageError(`Unknown server ${unknown}`, USAGE)
  if (values.yes && command !== 'reset') throw new UsageError('Unknown option --yes', USAGE)
  if (values.nodes !== undefined && command !== 'up') throw new UsageError('Unknown option --nodes', USAGE)
  const servers = SERVER_NAMES.filter((name) => names.length === 0 || names.includes(name))
  return { command, servers, yes: values.yes, nodes: parseNodes(values.nodes, USAGE) }
}

function parseArguments(args: readonly string[]) {
  const options = { yes: { type: 'boolean', default: false }, nodes: { type: 'string' } } as const
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true })
  } catch (error) {
    // Node's message continues with advice about positional arguments.
    const [problem = ''] = String(error instanceof Error ? error.message : error).split('. ')
    throw new UsageError(problem.replace(/^Unknown option '(.*)'$/, 'Unknown option $1'), USAGE)
  }
}

function isOneOf<T extends string>(values: readonly T[], value: string): value is T {
  return values.some((candidate) => candidate === value)
}
