import type { RequestKind } from '../load-plan'
import type { Assortment, Course, Objectives, ProfileName } from './options'

/** What a profile asks, and its own defaults: a flag goes before each of them. */
export interface Profile {
  readonly summary: string
  readonly course: Course
  readonly warmupMs: number
  readonly objectives: Objectives
  readonly kinds?: readonly { readonly kind: RequestKind; readonly weight: number }[]
  readonly assortment?: Assortment
  readonly maxInFlight?: number
  readonly timeoutMs?: number
}

const NO_FAILURES = 0.001
const RATE = 400
const USUAL: Objectives = { responseP99Ms: 250, committedP99Ms: 1_000, failedShare: NO_FAILURES }

export const PROFILES: Readonly<Record<ProfileName, Profile>> = {
  quick: {
    summary: 'each channel once, some 25 s',
    course: { kind: 'repeated', repetitions: 1, ratePerSecond: RATE, durationMs: 4_000 },
    warmupMs: 2_000,
    objectives: USUAL,
  },
  standard: {
    summary: 'each channel three times in random order, some two minutes (the default)',
    // 10,800 orders a channel: enough for p99.9.
    course: { kind: 'repeated', repetitions: 3, ratePerSecond: RATE, durationMs: 9_000 },
    warmupMs: 3_000,
    objectives: USUAL,
  },
  seed: {
    summary: 'closed loop: 2, 4 and 6 groups of 50 clients that send 10 requests each',
    course: { kind: 'clients', clients: [100, 200, 300], requestsPerClient: 10 },
    warmupMs: 2_000,
    objectives: { failedShare: NO_FAILURES },
  },
  saturation: {
    summary: 'searches the highest rate at which each channel holds the objectives',
    course: { kind: 'search', ratePerSecond: 500, durationMs: 4_000 },
    warmupMs: 2_000,
    objectives: USUAL,
  },
  burst: {
    summary: 'more at once than is held for long, and how long it takes to drain',
    course: { kind: 'repeated', repetitions: 1, ratePerSecond: 2_500, durationMs: 4_000 },
    warmupMs: 1_000,
    objectives: {},
    maxInFlight: 20_000,
    timeoutMs: 60_000,
  },
  hot: {
    summary: 'some products are bought far more than others (Zipf), and of the first there are too few',
    course: { kind: 'repeated', repetitions: 1, ratePerSecond: RATE, durationMs: 8_000 },
    warmupMs: 2_000,
    objectives: USUAL,
    assortment: { products: 50, popularity: 'zipf', unitsOfFirst: 200 },
  },
  mixed: {
    summary: 'browsing, ordering, looking orders up, cancelling',
    course: { kind: 'repeated', repetitions: 1, ratePerSecond: RATE, durationMs: 10_000 },
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
    course: { kind: 'repeated', repetitions: 1, ratePerSecond: 200, durationMs: 600_000 },
    warmupMs: 5_000,
    objectives: USUAL,
  },
}
