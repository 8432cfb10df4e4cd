import type { Channel, StepResult } from './results'

/** The task of a generator: plain data, which can be sent to worker threads. */
export interface LoadPlan {
  readonly url: string
  /** The header Authorization of every request. A plan is never written to the results. */
  readonly authorization?: string
  readonly pace: OpenPace | ClosedPace
  /** Requests of the warm-up are sent like all others, but not measured. */
  readonly warmupMs: number
  readonly traffic: Traffic
  readonly seed: number
  /** Number of sending threads. */
  readonly workers: number
  /** The maximum over all threads; opened on demand and kept alive. */
  readonly connections: number
  /** With more requests in flight, a request that is due is dropped and counted. */
  readonly maxInFlight: number
  /** Measured from the time a request was due. */
  readonly timeoutMs: number
}

/** Requests are sent on schedule, independent of earlier responses. */
export interface OpenPace {
  readonly loop: 'open'
  readonly arrivals: 'uniform' | 'poisson'
  readonly ratePerSecond: number
  /** Without the warm-up. */
  readonly durationMs: number
}

/** Each client sends its next request after a response, as most simple tools do. This hides waiting times. */
export interface ClosedPace {
  readonly loop: 'closed'
  readonly clients: number
  /** Without the warm-up. The first of the two limits ends the step. */
  readonly requestsPerClient?: number
  readonly durationMs?: number
}

/** The mix of requests, by weight. The seed of the plan determines every random choice. */
export interface Traffic {
  readonly channel: Channel
  readonly kinds: readonly { readonly kind: RequestKind; readonly weight: number }[]
  readonly products: readonly { readonly id: number; readonly weight: number }[]
  /** A user name is this prefix, a hyphen and a number below `users`. */
  readonly userPrefix: string
  readonly users: number
}

/**
 * `order` posts an order of one unit to the channel, `browse` lists products. `status` and `cancel` need an order that
 * the shop accepted from the same thread: without one, an order is sent instead.
 */
export const REQUEST_KINDS = ['order', 'browse', 'status', 'cancel'] as const
export type RequestKind = (typeof REQUEST_KINDS)[number]

/**
 * The outcome of one request. Times are microseconds since the end of the warm-up; times in the warm-up are negative.
 */
export interface Sample {
  readonly kind: RequestKind
  readonly dueUs: number
  readonly sentUs: number
  readonly doneUs: number
  readonly outcome: Outcome
  /** Absent without a response. */
  readonly status?: number
  /** Only for an accepted order. */
  readonly orderId?: string
  /**
   * Only for a refused or failed request: problem type, status, `timeout`, `connection`, `protocol` if the response was
   * no HTTP that we can read, `no-order-id` if the response to an order had no id,
   * `no-retry-after` for a 503 without that header, `aborted` if the run was stopped first.
   */
  readonly cause?: string
}

export type Outcome = 'accepted' | 'refused' | 'failed' | 'dropped'

export interface PlannedRun {
  readonly runId: string
  readonly profile: string
  readonly baseUrl: string
  /** In the order of execution. */
  readonly steps: readonly PlannedStep[]
  /** Set for a search, whose next step depends on the last one. */
  readonly isOpenEnded?: true
}

export interface PlannedStep {
  /** The same as in the `StepResult`. */
  readonly name: string
  readonly channel: Channel
  readonly repetition: number
  readonly arrivals: 'uniform' | 'poisson' | 'closed'
  /** Absent in a closed loop. */
  readonly ratePerSecond?: number
  /** Only in a closed loop. */
  readonly clients?: number
  readonly warmupMs: number
  /** Absent in a closed loop that ends after a number of requests. */
  readonly measuredMs?: number
}

export interface StepSpec {
  readonly planned: PlannedStep
  readonly pace: OpenPace | ClosedPace
}

/** Yields one step after another. The next step may depend on the result of the last one. */
export type StepSequence = Generator<StepSpec, void, StepResult>
