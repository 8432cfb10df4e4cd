import type { RequestKind } from '../load-plan'
import type { Assortment, LoadPattern, Objectives, ProfileName } from './options'

/** The steps of a profile and its defaults. A flag overrides each of them. */
export interface Profile {
  readonly summary: string
  readonly pattern: LoadPattern
  readonly warmupMs: number
  readonly objectives: Objectives
  readonly kinds?: readonly { readonly kind: RequestKind; readonly weight: number }[]
  readonly assortment?: Assortment
  readonly maxInFlight?: number
  readonly timeoutMs?: number
}

const NO_FAILURES = 0.001
const RATE = 400
const USUAL: Objectives = { responseP99Ms: 250, commitP99Ms: 1_000, failedShare: NO_FAILURES }

export const PROFILES: Readonly<Record<ProfileName, Profile>> = {
  quick: {
    summary: 'each channel once, about 25 s',
    pattern: { kind: 'repeated', repetitions: 1, ratePerSecond: RATE, durationMs: 4_000 },
    warmupMs: 2_000,
    objectives: USUAL,
  },
  standard: {
    summary: 'each channel three times in random order, about two minutes (the default)',
    // 10,800 orders per channel: enough for p99.9.
    pattern: { kind: 'repeated', repetitions: 3, ratePerSecond: RATE, durationMs: 9_000 },
    warmupMs: 3_000,
    objectives: USUAL,
  },
  seed: {
    summary: 'closed loop: 100, 200 and 300 clients that send 10 requests each',
    pattern: { kind: 'clients', clients: [100, 200, 300], requestsPerClient: 10 },
    warmupMs: 2_000,
    objectives: { failedShare: NO_FAILURES },
  },
  saturation: {
    summary: 'searches the highest rate at which each channel meets the objectives',
    pattern: { kind: 'search', ratePerSecond: 500, durationMs: 4_000 },
    warmupMs: 2_000,
    objectives: USUAL,
  },
  burst: {
    summary: 'a short overload, and how long the backlog takes to drain',
    pattern: { kind: 'repeated', repetitions: 1, ratePerSecond: 2_500, durationMs: 4_000 },
    warmupMs: 1_000,
    objectives: {},
    maxInFlight: 20_000,
    timeoutMs: 60_000,
  },
  hot: {
    summary: 'a few products are bought far more often than others (Zipf), and the first one sells out',
    pattern: { kind: 'repeated', repetitions: 1, ratePerSecond: RATE, durationMs: 8_000 },
    warmupMs: 2_000,
    objectives: USUAL,
    assortment: { products: 50, popularity: 'zipf', unitsOfFirst: 200 },
  },
  mixed: {
    summary: 'a mix of browsing, ordering, reading orders and cancelling',
    pattern: { kind: 'repeated', repetitions: 1, ratePerSecond: RATE, durationMs: 10_000 },
    warmupMs: 2_000,
    objectives: USUAL,
    kinds: [
      { kind: 'browse', weight: 40 },
      { kind: 'order', weight: 35 },
      { kind: 'status', weight: 20 },
      { kind: 'cancel', weight: 5 },
    ],
  },
  soak: {
    summary: 'one long step per channel (--duration, 10 minutes by default)',
    pattern: { kind: 'repeated', repetitions: 1, ratePerSecond: 200, durationMs: 600_000 },
    warmupMs: 5_000,
    objectives: USUAL,
  },
}
