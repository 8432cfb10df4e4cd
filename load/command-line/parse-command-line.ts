import { CHANNELS } from '../results'
import type { Credentials } from '../shop/access-token'
import { closestWord } from './closest-word'
import { FLAGS, type FlagName, type FlagValues } from './flags'
import { type LoadPattern, type Objectives, PROFILE_NAMES, type ProfileName, type RunOptions } from './options'
import { PROFILES, type Profile } from './profiles'
import { printable, readArguments } from './read-arguments'
import { UsageError } from './usage-error'

export type Command =
  | { readonly name: 'help' }
  | { readonly name: 'run'; readonly options: RunOptions }
  | { readonly name: 'compare'; readonly before: string; readonly after: string }

/** Inputs that are not on the command line. */
export interface CommandLineContext {
  readonly baseUrl: string | undefined
  /** From the environment, where it does not show in the list of processes. */
  readonly token?: string | undefined
  readonly clientCredentials?: string | undefined
  readonly randomSeed: () => number
}

/** The issuer that `npm start -- --auth` runs. */
const LOCAL_ISSUER = 'http://127.0.0.1:8089'

/** The samples of more requests would not fit into memory. */
const MAX_REQUESTS_PER_STEP = 5_000_000

/** @throws {UsageError} */
export function parseCommandLine(args: readonly string[], context: CommandLineContext): Command {
  const { flags, positionals, wantsHelp } = readArguments(args)
  const [first = 'standard', ...rest] = positionals
  if (wantsHelp || first === 'help') return { name: 'help' }
  if (first === 'compare') return parseCompare(rest, flags)
  const profile = PROFILE_NAMES.find((name) => name === first)
  if (profile === undefined) throw new UsageError(unknownProfile(first))
  if (rest.length > 0) throw new UsageError(`only one profile per run: unexpected ${rest.map(printable).join(' ')}`)
  return { name: 'run', options: toOptions(profile, flags, context) }
}

function unknownProfile(name: string): string {
  if (/^https?:/i.test(name)) return `unknown profile ${printable(name)}: for the address of the shop, use --url`
  const meant = closestWord(name, [...PROFILE_NAMES, 'compare', 'help'])
  const choices = meant === undefined ? `choose one of ${PROFILE_NAMES.join(', ')}` : `did you mean ${meant}?`
  return `unknown profile ${printable(name)}: ${choices}`
}

function parseCompare(files: readonly string[], flags: FlagValues): Command {
  const [before, after] = files
  if (before === undefined || after === undefined || files.length > 2) {
    throw new UsageError('compare needs two files: compare before/results.json after/results.json')
  }
  const [flag] = Object.keys(flags)
  if (flag !== undefined) throw new UsageError(`compare does not support --${flag}`)
  return { name: 'compare', before, after }
}

function toOptions(name: ProfileName, flags: FlagValues, context: CommandLineContext): RunOptions {
  const { baseUrl, randomSeed } = context
  const credentials = credentialsOf(flags, context)
  const profile = PROFILES[name]
  const pattern = toPattern(name, profile.pattern, flags)
  const warmupMs = flags.warmup ?? profile.warmupMs
  assertBounded(pattern, warmupMs)
  return {
    url: flags.url ?? urlOf(baseUrl),
    ...(credentials !== undefined && { credentials }),
    profile: name,
    pattern,
    channels: CHANNELS.filter((channel) => flags.channels?.includes(channel) ?? true),
    seed: flags.seed ?? randomSeed(),
    warmupMs,
    arrivals: flags.arrivals ?? 'uniform',
    workers: flags.workers ?? 1,
    connections: flags.connections ?? 64,
    maxInFlight: flags['max-in-flight'] ?? profile.maxInFlight ?? 2_000,
    timeoutMs: flags.timeout ?? profile.timeoutMs ?? 10_000,
    drainTimeoutMs: flags['drain-timeout'] ?? 60_000,
    objectives: toObjectives(profile.objectives, flags),
    kinds: profile.kinds ?? [{ kind: 'order', weight: 1 }],
    assortment: assortmentOf(profile, flags.products),
    users: 1_000,
    out: flags.out ?? 'load/results',
    livePort: flags['live-port'] ?? 3_030,
    json: flags.json ?? false,
  }
}

function credentialsOf(flags: FlagValues, context: CommandLineContext): Credentials | undefined {
  const client = flags['client-credentials'] ?? clientOf(flags, context)
  const { issuer } = flags
  if (flags.token !== undefined && flags['client-credentials'] !== undefined) {
    throw new UsageError('use either --token or --client-credentials')
  }
  if (issuer !== undefined && client === undefined) throw new UsageError('--issuer needs --client-credentials')
  if (client !== undefined) return { kind: 'client', issuer: issuer ?? LOCAL_ISSUER, ...client }
  const token = flags.token ?? (context.token || undefined)
  if (token === undefined) return undefined
  const parsed = FLAGS.token.schema.safeParse(token)
  if (!parsed.success) throw new UsageError('SHOP_TOKEN must be an access token')
  return { kind: 'token', token: parsed.data }
}

/** A token of the command line takes precedence over a client of the environment. */
function clientOf(flags: FlagValues, { clientCredentials }: CommandLineContext) {
  if (flags.token !== undefined || !clientCredentials) return undefined
  const parsed = FLAGS['client-credentials'].schema.safeParse(clientCredentials)
  if (!parsed.success) throw new UsageError('SHOP_CLIENT_CREDENTIALS must be ID:SECRET')
  return parsed.data
}

function urlOf(baseUrl: string | undefined): string {
  const parsed = FLAGS.url.schema.safeParse(baseUrl || 'http://localhost:3000')
  if (!parsed.success) throw new UsageError(`BASE_URL ${printable(baseUrl ?? '')} ${parsed.error.issues[0]?.message}`)
  return parsed.data
}

/** Flags without effect are errors: whoever sets one expects an effect. */
const UNSUPPORTED: Readonly<Record<LoadPattern['kind'], readonly FlagName[]>> = {
  repeated: ['clients', 'requests'],
  clients: ['rate', 'duration', 'repetitions', 'arrivals', 'max-in-flight'],
  search: ['clients', 'requests', 'repetitions'],
}

function toPattern(profile: ProfileName, pattern: LoadPattern, flags: FlagValues): LoadPattern {
  const unsupported = UNSUPPORTED[pattern.kind].find((flag) => flags[flag] !== undefined)
  if (unsupported !== undefined) throw new UsageError(`--${unsupported} is not supported by the profile ${profile}`)
  if (pattern.kind === 'clients') {
    const { clients = pattern.clients, requests = pattern.requestsPerClient } = flags
    return { ...pattern, clients, requestsPerClient: requests }
  }
  const { rate = pattern.ratePerSecond, duration = pattern.durationMs, repetitions } = flags
  const timed = { ...pattern, ratePerSecond: rate, durationMs: duration }
  return timed.kind === 'repeated' && repetitions !== undefined ? { ...timed, repetitions } : timed
}

function assertBounded(pattern: LoadPattern, warmupMs: number): void {
  const requests =
    pattern.kind === 'clients'
      ? Math.max(...pattern.clients) * pattern.requestsPerClient
      : (pattern.ratePerSecond * (warmupMs + pattern.durationMs)) / 1_000
  if (requests <= MAX_REQUESTS_PER_STEP) return
  const most = MAX_REQUESTS_PER_STEP.toLocaleString('en')
  const count = Math.round(requests).toLocaleString('en')
  throw new UsageError(`a step of ${count} requests sends too many requests: at most ${most}`)
}

function toObjectives(given: Objectives, flags: FlagValues): Objectives {
  const responseP99Ms = flags['objective-p99'] ?? given.responseP99Ms ?? 0
  const commitP99Ms = flags['objective-commit-p99'] ?? given.commitP99Ms ?? 0
  const failedPercent = flags['objective-failed']
  const failedShare = failedPercent === undefined ? (given.failedShare ?? 1) : failedPercent / 100
  return {
    ...(responseP99Ms > 0 && { responseP99Ms }),
    ...(commitP99Ms > 0 && { commitP99Ms }),
    ...(failedShare < 1 && { failedShare }),
  }
}

function assortmentOf({ assortment }: Profile, products: number | undefined): RunOptions['assortment'] {
  const usual = assortment ?? { products: 20, popularity: 'even' as const }
  return products === undefined ? usual : { ...usual, products }
}
