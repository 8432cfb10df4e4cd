/**
 * All results of a run, as `results.json` contains them and as the report shows them. Points in time are ISO 8601 in
 * UTC, durations are milliseconds, rates are per second, sizes are bytes.
 */
export interface Results {
  /** Changes whenever a reader of the previous version would misread the results. */
  readonly schema: typeof RESULTS_SCHEMA
  readonly run: RunFacts
  readonly verdict: Verdict
  /** The compared figures: one entry per channel over all its repetitions, in the order of `CHANNELS`. */
  readonly channels: readonly ChannelResult[]
  /** One entry per repetition of each channel, in the order of execution. */
  readonly steps: readonly StepResult[]
  readonly reconciliation: Reconciliation
  /** Only for a search for the highest rate. */
  readonly saturation?: readonly SaturationPoint[]
  readonly environment: readonly Fact[]
  /** How durably each channel stores accepted orders, as the shop reports it. */
  readonly durability: readonly DurabilityFact[]
  /** What these figures do not show. */
  readonly limitations: readonly string[]
}

export const RESULTS_SCHEMA = 'ecommerce-load-results/3'

export const CHANNELS = ['sync', 'kafka', 'rabbitmq'] as const
export type Channel = (typeof CHANNELS)[number]

export interface RunFacts {
  readonly id: string
  readonly profile: string
  readonly seed: number
  readonly baseUrl: string
  /** As typed, without passwords. */
  readonly commandLine: string
  readonly startedAt: string
  readonly endedAt: string
  /** Every ending except `complete` means partial results; `reason` says why in one line. */
  readonly ending: 'complete' | 'interrupted' | 'failed'
  readonly reason?: string
}

/**
 * FAIL: an order was lost, doubled or oversold, or an objective was missed. INVALID: the generator could not keep up or
 * the run is partial, so nobody may use the figures. A lost order is FAIL even in a run that is otherwise invalid.
 */
export interface Verdict {
  readonly status: 'PASS' | 'FAIL' | 'INVALID'
  /** One sentence for readers: what holds, and which channel is fastest in which respect. */
  readonly headline: string
  readonly findings: readonly Finding[]
}

export interface Finding {
  readonly gate: 'reconciliation' | 'validity' | 'objective'
  readonly name: string
  readonly holds: boolean
  /** The measured value and the value that it is checked against. */
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
  /** Only with at least 10,000 samples. */
  readonly p999Ms?: number
  /** Only with at least 100,000 samples. */
  readonly p9999Ms?: number
  readonly maxMs: number
  /** Points of the percentile curve: the share of samples (0 to below 1) that are at or below a latency. */
  readonly curve: readonly (readonly [share: number, ms: number])[]
  /** A compressed HdrHistogram of microseconds in Base64. */
  readonly histogram: string
}

export interface Rates {
  readonly offeredPerSecond: number
  /** Responses with success. */
  readonly acceptedPerSecond: number
  readonly committedPerSecond: number
}

/** Counts of requests due in the measured part: offered = accepted + refused + failed + dropped. */
export interface RequestCounts {
  readonly offered: number
  readonly accepted: number
  /** Refused by a business rule of the shop, such as too little stock: a valid response, not an error. */
  readonly refused: number
  /** Without a valid response: timeout, connection error, or any other error response. */
  readonly failed: number
  /** Not sent by the generator, because too many requests were in flight. */
  readonly dropped: number
  /** Counts of refused requests by problem type. */
  readonly refusals: Readonly<Record<string, number>>
  /** Counts of failed requests by cause: timeout, connection, problem type or status. */
  readonly failures: Readonly<Record<string, number>>
}

export interface Latencies {
  /** From the time a request was due to its response. */
  readonly response: Latency
  /** From the time a request was sent to its response. */
  readonly service: Latency
  /** From the time a request was due to the commit in MySQL. Both clocks must agree. */
  readonly commit: Latency
}

/** Medians over the orders of a channel. Their sum is only approximately the median of the whole. */
export interface Stages {
  /** Time until acceptance: waiting to be sent, network, HTTP, validation. */
  readonly dueToAcceptedMs: number
  /** Time in the broker; close to 0 for a synchronous order. */
  readonly acceptedToConsumedMs: number
  readonly consumedToCommittedMs: number
}

/**
 * The repetitions of a channel: counts are sums, latencies and stages cover all orders, rates and the drain are
 * medians. Of a search, only the step at the highest rate that held.
 */
export interface ChannelResult {
  readonly channel: Channel
  readonly repetitions: number
  readonly requests: RequestCounts
  readonly rates: Rates
  readonly latencies: Latencies
  readonly stages: Stages
  /** Requests other than orders; absent if there were none. */
  readonly others?: readonly OtherRequests[]
  /** From the end of sending until all accepted orders were committed; the median of the repetitions. */
  readonly drainMs: number
  /** The maximum of orders that were accepted and not yet committed. */
  readonly maxBacklog: number
  /** The lowest and the highest repetition. */
  readonly range: {
    readonly responseP50Ms: Range
    readonly responseP99Ms: Range
    readonly commitP99Ms: Range
    readonly committedPerSecond: Range
  }
}

/** Requests other than orders: they add load, but channels are not compared by them. */
export interface OtherRequests {
  readonly kind: 'browse' | 'status' | 'cancel'
  readonly requests: RequestCounts
  readonly response: Latency
}

export type Range = readonly [lowest: number, highest: number]

export interface StepResult {
  /** Channel and repetition, for example `kafka 2`; unique in a run. */
  readonly name: string
  readonly channel: Channel
  readonly repetition: number
  readonly startedAt: string
  readonly arrivals: 'uniform' | 'poisson' | 'closed'
  /** Absent in a closed loop. */
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
  /** One entry per second from the start of the step, including warm-up and drain. */
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
  /** Orders accepted and not yet committed at the end of the second. */
  readonly backlog: number
  /** Of the responses in this second; absent if there were none. */
  readonly responseP50Ms?: number
  readonly responseP99Ms?: number
  /** Of the orders committed in this second; absent if there were none. */
  readonly commitP50Ms?: number
  readonly commitP99Ms?: number
  /** What the shop reports about itself; absent if it did not respond. */
  readonly shop?: ShopSample
}

export interface ShopSample {
  /** The sum over all partitions. */
  readonly consumerLag?: number
  /** Messages that are ready for delivery. */
  readonly queueDepth?: number
  readonly outboxPending?: number
  readonly outboxAgeMs?: number
  readonly deadLetters?: number
  /** 100 is one busy core. */
  readonly cpuPercent?: number
  readonly residentBytes?: number
  readonly eventLoopP99Ms?: number
}

export interface GeneratorHealth {
  readonly isValid: boolean
  /** The first reason why the measurement is not valid. */
  readonly reason?: string
  /** The delay between the time a request was due and the time the generator started it. */
  readonly sendDelayP99Ms: number
  readonly sendDelayMaxMs: number
  readonly eventLoopP99Ms: number
  /** 100 is one busy core. */
  readonly cpuPercent: number
  readonly droppedShare: number
}

/** The validity of a measurement that still runs; `reason` says why it would be invalid if it ended now. */
export type HealthSoFar = Pick<GeneratorHealth, 'sendDelayP99Ms' | 'eventLoopP99Ms' | 'droppedShare' | 'reason'>

export interface Reconciliation {
  readonly holds: boolean
  /** Why the audit was not possible, in one line. Then nothing is known, and `holds` is false. */
  readonly notAudited?: string
  readonly orders: readonly OrderBalance[]
  readonly products: readonly ProductBalance[]
  /** Why it does not hold: a few examples of each kind, with ids to look up. */
  readonly discrepancies: readonly string[]
}

/** The orders of a channel: `accepted = confirmed + rejected + deadLettered`, and none missing or doubled. */
export interface OrderBalance {
  readonly channel: Channel
  readonly accepted: number
  readonly confirmed: number
  readonly rejected: number
  readonly deadLettered: number
  readonly missing: number
  readonly doubled: number
  /** Recorded by the shop, but the response was lost on the way back. Neither lost nor doubled. */
  readonly withoutResponse: number
}

/** The stock of a product: `initial = onHand + sold`. `sold` is the sum over all recorded orders. */
export interface ProductBalance {
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
  readonly commitP99Ms: number
  readonly failedShare: number
  readonly holds: boolean
  /** The shop met the objectives, but the generator could not keep up: the shop may hold a higher rate. */
  readonly limitedByGenerator?: true
  /**
   * Only at twice the highest rate that held: the accepted rate as a share of the highest accepted rate of the channel.
   */
  readonly goodputShare?: number
}

export interface Fact {
  readonly name: string
  readonly value: string
}

export interface DurabilityFact extends Fact {
  readonly channel: Channel | 'all'
}
