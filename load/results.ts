/**
 * Everything a run found, as `results.json` has it and as the report shows it. Points in time are ISO 8601 in UTC,
 * durations milliseconds, rates per second, sizes bytes.
 */
export interface Results {
  /** Changes with every change that a reader of an older version would misread. */
  readonly schema: typeof RESULTS_SCHEMA
  readonly run: RunFacts
  readonly verdict: Verdict
  /** What is compared: one per channel, all its repetitions together, in the order of `CHANNELS`. */
  readonly channels: readonly ChannelResult[]
  /** One per repetition of each channel, in the order in which they ran. */
  readonly steps: readonly StepResult[]
  readonly reconciliation: Reconciliation
  /** Only of a search for the highest rate. */
  readonly saturation?: readonly SaturationPoint[]
  readonly environment: readonly Fact[]
  /** How each channel keeps what it accepted, as the shop tells. */
  readonly durability: readonly DurabilityFact[]
  /** What these figures do not show. */
  readonly caveats: readonly string[]
}

export const RESULTS_SCHEMA = 'ecommerce-load-results/1'

export const CHANNELS = ['sync', 'kafka', 'rabbitmq'] as const
export type Channel = (typeof CHANNELS)[number]

export interface RunFacts {
  readonly id: string
  readonly profile: string
  readonly seed: number
  readonly baseUrl: string
  /** As it was typed, without the values of secrets. */
  readonly commandLine: string
  readonly startedAt: string
  readonly endedAt: string
  /** Anything but complete is a partial result, and `reason` says why in one line. */
  readonly ending: 'complete' | 'interrupted' | 'failed'
  readonly reason?: string
}

/**
 * FAIL: an order was lost, doubled or oversold, or an objective was missed. INVALID: the generator could not keep up, so
 * nothing it measured may be used. A lost order is FAIL even in a run that is otherwise invalid.
 */
export interface Verdict {
  readonly status: 'PASS' | 'FAIL' | 'INVALID'
  /** One sentence for people: what holds, and which channel is fastest by what. */
  readonly headline: string
  readonly findings: readonly Finding[]
}

export interface Finding {
  readonly gate: 'reconciliation' | 'validity' | 'objective'
  readonly name: string
  readonly holds: boolean
  /** What was measured against what. */
  readonly detail: string
}

export interface Latency {
  readonly count: number
  readonly meanMs: number
  readonly p50Ms: number
  readonly p75Ms: number
  readonly p90Ms: number
  readonly p95Ms: number
  readonly p99Ms: number
  /** From 10,000 samples on. */
  readonly p999Ms?: number
  /** From 100,000 samples on. */
  readonly p9999Ms?: number
  readonly maxMs: number
  /** Points of the percentile curve: share of samples (0 to 1, not 1 itself) at or below so many milliseconds. */
  readonly curve: readonly (readonly [share: number, ms: number])[]
  /** Base64 of a compressed HdrHistogram of microseconds. */
  readonly histogram: string
}

export interface Rates {
  readonly offeredPerSecond: number
  /** Answered with success. */
  readonly acceptedPerSecond: number
  readonly committedPerSecond: number
}

/** Counts of orders sent in the measured part; the four after the first add up to it. */
export interface RequestCounts {
  readonly offered: number
  readonly accepted: number
  /** Refused by a rule of the shop, such as too little stock: an answer, not an error. */
  readonly refused: number
  readonly failed: number
  /** Never sent: too many were in flight. */
  readonly dropped: number
  /** Of the refused, by problem type. */
  readonly refusals: Readonly<Record<string, number>>
  /** Of the failed: timeout, connection, problem type or status. */
  readonly errors: Readonly<Record<string, number>>
}

export interface Latencies {
  /** From the moment a request was due to its answer. */
  readonly response: Latency
  /** From the moment it was really sent. */
  readonly service: Latency
  /** From due to committed in MySQL; clocks of one machine. */
  readonly committed: Latency
}

/** Medians over the orders of a channel; they add up nearly, not exactly, to the median of the whole. */
export interface Stages {
  /** From being due to acceptance: waiting to be sent, network, HTTP, validation. */
  readonly dueToAcceptedMs: number
  /** In the broker; next to nothing for a synchronous order. */
  readonly acceptedToConsumedMs: number
  readonly consumedToCommittedMs: number
}

/**
 * The repetitions of a channel: counts are their sums, latencies and stages those of all their orders, rates and the
 * drain their medians. Of a search, only of its steps at the highest rate that held.
 */
export interface ChannelResult {
  readonly channel: Channel
  readonly repetitions: number
  readonly requests: RequestCounts
  readonly rates: Rates
  readonly latencies: Latencies
  readonly stages: Stages
  /** What was sent beside the orders; absent when nothing was. */
  readonly others?: readonly OtherRequests[]
  /** From the end of sending until everything accepted was committed; the median of the repetitions. */
  readonly drainMs: number
  /** Most orders accepted and not yet committed at any second. */
  readonly maxBacklog: number
  /** Smallest and greatest over the repetitions, of what the median says above. */
  readonly spread: {
    readonly responseP50Ms: Spread
    readonly responseP99Ms: Spread
    readonly committedP99Ms: Spread
    readonly committedPerSecond: Spread
  }
}

/** Requests that are no orders: they are load, and not what is compared. */
export interface OtherRequests {
  readonly kind: 'browse' | 'status' | 'cancel'
  readonly requests: RequestCounts
  readonly response: Latency
}

export type Spread = readonly [least: number, greatest: number]

export interface StepResult {
  /** Channel and repetition, such as `kafka 2`; unique in a run. */
  readonly name: string
  readonly channel: Channel
  readonly repetition: number
  readonly startedAt: string
  readonly arrivals: 'uniform' | 'poisson' | 'closed'
  /** None in a closed loop. */
  readonly ratePerSecond?: number
  /** Only in a closed loop. */
  readonly clients?: number
  readonly warmupMs: number
  readonly measuredMs: number
  readonly drainMs: number
  readonly requests: RequestCounts
  readonly rates: Rates
  readonly latencies: Latencies
  readonly generator: GeneratorHealth
  /** One per second from the start of the step, warm-up and drain included. */
  readonly series: readonly Second[]
}

export type Phase = 'warm-up' | 'measured' | 'drain'

export interface Second {
  readonly second: number
  readonly phase: Phase
  readonly offered: number
  readonly sent: number
  readonly accepted: number
  readonly committed: number
  readonly failed: number
  readonly inFlight: number
  /** Accepted and not yet committed, at the end of the second. */
  readonly backlog: number
  /** Of the answers of this second; absent when there were none. */
  readonly responseP50Ms?: number
  readonly responseP99Ms?: number
  /** Of the orders committed in this second. */
  readonly committedP50Ms?: number
  readonly committedP99Ms?: number
  /** What the shop tells about itself; absent when it did not answer. */
  readonly shop?: ShopSample
}

export interface ShopSample {
  /** Summed over partitions. */
  readonly consumerLag?: number
  /** Ready messages. */
  readonly queueDepth?: number
  readonly outboxPending?: number
  readonly outboxAgeMs?: number
  readonly deadLetters?: number
  /** Of one core: 100 is one core busy. */
  readonly cpuPercent?: number
  readonly residentBytes?: number
  readonly eventLoopP99Ms?: number
}

export interface GeneratorHealth {
  readonly isValid: boolean
  /** Of the first thing that was wrong. */
  readonly reason?: string
  /** How late requests were sent. */
  readonly latenessP99Ms: number
  readonly latenessMaxMs: number
  readonly eventLoopP99Ms: number
  /** Of one core. */
  readonly cpuPercent: number
  readonly droppedShare: number
}

export interface Reconciliation {
  readonly holds: boolean
  /** Why the books could not be read, in one line; nothing is known then, and `holds` is false. */
  readonly notAudited?: string
  readonly orders: readonly OrderBooks[]
  readonly products: readonly ProductBooks[]
  /** Why it does not hold: a few of each kind, with ids, for people to look up. */
  readonly complaints: readonly string[]
}

/** Of one channel: `accepted = confirmed + rejected + deadLettered`, and nothing missing or doubled. */
export interface OrderBooks {
  readonly channel: Channel
  readonly accepted: number
  readonly confirmed: number
  readonly rejected: number
  readonly deadLettered: number
  readonly missing: number
  readonly doubled: number
  /** Recorded, but never answered with success: a request that failed on its way back. Not lost, and not doubled. */
  readonly unanswered: number
}

/** Of one product: `initial = onHand + sold`, where sold is what the orders found in the shop say. */
export interface ProductBooks {
  readonly productId: number
  readonly initial: number
  readonly onHand: number
  readonly sold: number
  readonly holds: boolean
}

export interface SaturationPoint {
  readonly channel: Channel
  readonly ratePerSecond: number
  readonly acceptedPerSecond: number
  readonly responseP99Ms: number
  readonly committedP99Ms: number
  readonly failedShare: number
  readonly holds: boolean
  /** The shop would have held it, but the generator was not in time: the shop may hold more than was found. */
  readonly generatorGaveOut?: true
}

export interface Fact {
  readonly name: string
  readonly value: string
}

export interface DurabilityFact extends Fact {
  readonly channel: Channel | 'all'
}
