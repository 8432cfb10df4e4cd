import type { Channel } from '../load/results'

/** All results of a run, as `results.json` contains them and the report shows them. Durations are milliseconds. */
export interface FaultResults {
  readonly schema: typeof FAULT_RESULTS_SCHEMA
  readonly run: RunFacts
  readonly status: 'PASS' | 'FAIL' | 'INVALID'
  readonly cells: readonly CellResult[]
  readonly skipped: readonly Skipped[]
  /** Only for a long run. */
  readonly resources?: readonly ResourceTrend[]
}

export const FAULT_RESULTS_SCHEMA = 'ecommerce-fault-results/1'

export interface RunFacts {
  readonly id: string
  readonly commandLine: string
  readonly startedAt: string
  readonly endedAt: string
  readonly home: string
  /** Servers and versions, as the shop reports them. */
  readonly servers: readonly string[]
  readonly seed: number
  readonly ratePerSecond: number
  readonly faultSeconds: number
  readonly ending: 'complete' | 'interrupted' | 'failed'
  readonly reason?: string
}

/** One fault, with its effect on each channel. */
export interface CellResult {
  readonly fault: string
  readonly title: string
  readonly startedAt: string
  /** From the start of the load: when the fault was in effect, when its end began, and when everything was restored. */
  readonly begunMs: number
  readonly endedMs: number
  readonly restoredMs: number
  readonly channels: readonly ChannelOutcome[]
  /** Products with fewer than 0 units, or with more units sold than there were. */
  readonly oversold: number
  /** `initial = on hand + sold` holds for each product. */
  readonly stockAddsUp: boolean
  /** Why the shop had to be restarted to go on; absent if it went on by itself. */
  readonly restartedBecause?: string
  /** The warnings and errors that the shop logged most often. */
  readonly log: readonly LoggedMessage[]
  /** The promises that were broken, as sentences; empty if the cell passes. */
  readonly broken: readonly string[]
}

export interface ChannelOutcome {
  readonly channel: Channel
  readonly accepted: number
  /** 503 with Retry-After. */
  readonly unavailable: number
  /** Another 4xx, such as too little stock. */
  readonly refused: number
  /** No valid response: no connection, a timeout, a 5xx other than 503, a 503 without Retry-After. */
  readonly failed: number
  /** Why requests were not accepted, with counts. */
  readonly causes: Readonly<Record<string, number>>
  /** Accepted and gone. */
  readonly lost: number
  /** Accepted, and destroyed by the fault itself before the shop could consume them. */
  readonly destroyed: number
  readonly doubled: number
  readonly deadLettered: number
  /** From sending a request to its response. */
  readonly longestResponseMs: number
  /** The longest time that a request was sent after it was due: the machine is too busy if it is seconds. */
  readonly longestSendDelayMs: number
  /** Without an accepted order, while the load went on. */
  readonly longestGapMs: number
  /**
   * From the end of the fault until all requests are accepted, and their orders committed within 2 s. Absent if that
   * did not happen while the load went on.
   */
  readonly recoveryMs?: number
}

export interface LoggedMessage {
  readonly level: string
  readonly message: string
  readonly count: number
}

export interface Skipped {
  readonly fault: string
  readonly reason: string
}

/** How something that the shop uses developed over a long run. */
export interface ResourceTrend {
  readonly name: string
  readonly unit: 'bytes' | 'count'
  /** One value per sample, in the order of time. */
  readonly values: readonly number[]
  readonly first: number
  readonly last: number
  readonly limit: number
  readonly isFlat: boolean
}
