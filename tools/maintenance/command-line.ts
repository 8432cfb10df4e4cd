import { UsageError } from '../usage-error'

/** In the order in which they are reset: first the messages, which would become new orders. */
export const RESET_TARGETS = ['rabbitmq', 'kafka', 'orders'] as const
export type ResetTarget = (typeof RESET_TARGETS)[number]

export type CommandLine =
  | { readonly command: 'topics' | 'lag' }
  | { readonly command: 'reset'; readonly targets: readonly ResetTarget[]; readonly options: ResetOptions }

export interface ResetOptions {
  /** Skip the confirmation. */
  readonly yes: boolean
  /** Reset the dead letters too. */
  readonly deadLetters: boolean
  /** The number of partitions of the topic of orders. Default: KAFKA_PARTITIONS. */
  readonly partitions?: number
}

const USAGE = {
  reset: `npm run reset -- ${RESET_TARGETS.join('|')}|all [--dead-letters] [--partitions N] [--yes]`,
  topics: 'npm run topics',
  lag: 'npm run lag',
} as const

const MAX_PARTITIONS = 1_000

const ANY_USAGE = Object.values(USAGE).join(', ')

/** @throws {UsageError} */
export function parseCommandLine([command, ...args]: readonly string[]): CommandLine {
  switch (command) {
    case 'reset':
      return parseReset(args)
    case 'topics':
    case 'lag':
      if (args[0] !== undefined) throw new UsageError(`Unknown argument ${args[0]}`, USAGE[command])
      return { command }
    default:
      throw new UsageError(command === undefined ? 'No command given' : `Unknown command ${command}`, ANY_USAGE)
  }
}

function parseReset(args: readonly string[]): CommandLine {
  const targets = new Set<ResetTarget>()
  let options: ResetOptions = { yes: false, deadLetters: false }
  const rest = args.flatMap((argument) => argument.split(/(?<=^--partitions)=/))
  for (let argument = rest.shift(); argument !== undefined; argument = rest.shift()) {
    if (argument === '--yes') options = { ...options, yes: true }
    else if (argument === '--dead-letters') options = { ...options, deadLetters: true }
    else if (argument === '--partitions') options = { ...options, partitions: toPartitions(rest.shift()) }
    else for (const target of toTargets(argument)) targets.add(target)
  }
  if (targets.size === 0) throw new UsageError('Name at least one target', USAGE.reset)
  if (options.partitions !== undefined && !targets.has('kafka')) {
    throw new UsageError('--partitions is an option of kafka', USAGE.reset)
  }
  return { command: 'reset', targets: RESET_TARGETS.filter((target) => targets.has(target)), options }
}

function toTargets(argument: string): readonly ResetTarget[] {
  const known = RESET_TARGETS.find((target) => target === argument)
  if (known) return [known]
  if (argument === 'all') return RESET_TARGETS
  throw new UsageError(`Unknown ${argument.startsWith('-') ? 'option' : 'target'} ${argument}`, USAGE.reset)
}

function toPartitions(text: string | undefined): number {
  const partitions = Number(text)
  if (Number.isInteger(partitions) && partitions >= 1 && partitions <= MAX_PARTITIONS) return partitions
  throw new UsageError(`--partitions must be a number from 1 to ${MAX_PARTITIONS}`, USAGE.reset)
}
