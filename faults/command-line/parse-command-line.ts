import { parseArgs } from 'node:util'
import { closestWord } from '../../load/command-line/closest-word'
import { UsageError } from '../../load/command-line/usage-error'
import { CATALOGUE } from '../catalogue/catalogue'
import { selectFaults } from '../catalogue/select-faults'
import { FLAGS, type FlagName, type FlagValues } from './flags'
import type { FaultCommand } from './options'

/** @throws {UsageError} with one line that says what to change */
export function parseCommandLine(args: readonly string[], randomSeed: () => number): FaultCommand {
  const { flags, wantsHelp } = readArguments(args)
  if (wantsHelp) return { name: 'help' }
  if (flags.list) return { name: 'list' }
  if (flags.nodes !== undefined && flags.for !== undefined) throw new UsageError('--nodes and --for exclude each other')
  const only = flags.only ?? ['*']
  if (flags.nodes === undefined) assertKnown(only)
  return {
    name: 'run',
    options: {
      only,
      home: flags.home ?? 'host',
      faultSeconds: flags.seconds ?? 10,
      ratePerSecond: flags.rate ?? (flags.nodes === undefined ? 40 : 50),
      seed: flags.seed ?? randomSeed(),
      output: flags.output ?? 'faults/results',
      ...(flags.for !== undefined && { forMs: flags.for }),
      ...(flags.nodes !== undefined && { nodes: flags.nodes }),
    },
  }
}

function assertKnown(patterns: readonly string[]): void {
  const [unmatched] = selectFaults(CATALOGUE, patterns).unmatched
  if (unmatched === undefined) return
  const meant = closestWord(
    unmatched,
    CATALOGUE.map(({ id }) => id),
  )
  throw new UsageError(`no fault matches ${unmatched}${meant === undefined ? '' : `: did you mean ${meant}?`}`)
}

/** Of a repeated flag the last value counts. */
function readArguments(args: readonly string[]): { flags: FlagValues; wantsHelp: boolean } {
  const { tokens } = parseArgs({
    args: [...args],
    options: CONFIG,
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  const flags = new Map<FlagName, unknown>()
  for (const token of tokens) {
    if (token.kind === 'positional') throw new UsageError(`unexpected ${token.value}`)
    if (token.kind !== 'option') continue
    if (token.name === 'help') return { flags: {}, wantsHelp: true }
    flags.set(...readFlag(token.name, token.rawName, token.value))
  }
  // Each value is the output of the schema of its flag.
  return { flags: Object.fromEntries(flags) as FlagValues, wantsHelp: false }
}

const CONFIG = {
  ...Object.fromEntries(
    Object.entries(FLAGS).map(([name, flag]) => [
      name,
      { type: 'value' in flag ? ('string' as const) : ('boolean' as const) },
    ]),
  ),
  help: { type: 'boolean', short: 'h' },
} as const

function readFlag(name: string, rawName: string, value: string | undefined): [FlagName, unknown] {
  if (!isFlag(name)) {
    const meant = closestWord(name, Object.keys(FLAGS))
    throw new UsageError(`unknown flag ${rawName}${meant === undefined ? '' : `: did you mean --${meant}?`}`)
  }
  const flag = FLAGS[name]
  if (!('value' in flag)) {
    if (value !== undefined) throw new UsageError(`--${name} has no value`)
    return [name, true]
  }
  if (value === undefined || value.startsWith('--')) throw new UsageError(`--${name} needs a value: ${flag.value}`)
  const parsed = flag.schema.safeParse(value)
  if (!parsed.success) throw new UsageError(`--${name} ${value} ${parsed.error.issues[0]?.message}`)
  return [name, parsed.data]
}

function isFlag(name: string): name is FlagName {
  return Object.hasOwn(FLAGS, name)
}
