import type { Channel, StepResult } from './results'

/** What a generator is to do: plain data, so that it crosses to worker threads and into tests. */
export interface LoadPlan {
  readonly url: string
  readonly pace: OpenPace | ClosedPace
  /** Sent like the rest, and not measured. */
  readonly warmupMs: number
  readonly traffic: Traffic
  readonly seed: number
  /** Threads that send. */
  readonly workers: number
  /** At most, over all threads; opened as needed and kept alive. */
  readonly connections: number
  /** What is due while so many are under way is dropped and counted. */
  readonly maxInFlight: number
  /** From the moment a request was due. */
  readonly timeoutMs: number
}

/** Requests leave at their time, whatever became of those before. */
export interface OpenPace {
  readonly loop: 'open'
  readonly arrivals: 'uniform' | 'poisson'
  readonly ratePerSecond: number
  /** After the warm-up. */
  readonly durationMs: number
}

/** Each client sends when its last request was answered: the loop of most simple tools, which hides waiting. */
export interface ClosedPace {
  readonly loop: 'closed'
  readonly clients: number
  /** After the warm-up: whichever comes first. */
  readonly requestsPerClient?: number
  readonly durationMs?: number
}

/** What is sent: kinds of requests by their weight. Every random choice follows from the seed of the plan. */
export interface Traffic {
  readonly channel: Channel
  readonly kinds: readonly { readonly kind: RequestKind; readonly weight: number }[]
  readonly products: readonly { readonly id: number; readonly weight: number }[]
  /** Names of users are this prefix, a hyphen and a number below `users`. */
  readonly userPrefix: string
  readonly users: number
}

/**
 * `order` posts one order of one unit to the channel. The others need what came before: `status` and `cancel` name an
 * order this thread was given (an order is sent in their place while there is none), `browse` lists products.
 */
export const REQUEST_KINDS = ['order', 'browse', 'status', 'cancel'] as const
export type RequestKind = (typeof REQUEST_KINDS)[number]

/** What became of one request. Times are microseconds since the start of the step; the warm-up is before 0. */
export interface Sample {
  readonly kind: RequestKind
  readonly dueUs: number
  readonly sentUs: number
  readonly doneUs: number
  readonly outcome: Outcome
  /** Of an accepted order: its id. */
  readonly orderId?: string
  /**
   * Of a refused or failed one: problem type, status, `timeout`, `connection`, `protocol` when the answer was not HTTP as
   * we read it, `no-order-id` when an order was accepted without, `aborted` when the run was stopped before the answer;
   * `dropped` has none.
   */
  readonly cause?: string
}

export type Outcome = 'accepted' | 'refused' | 'failed' | 'dropped'

export interface PlannedRun {
  readonly runId: string
  readonly profile: string
  readonly baseUrl: string
  /** In the order in which they run. */
  readonly steps: readonly PlannedStep[]
}

export interface PlannedStep {
  /** That of the `StepResult` to come. */
  readonly name: string
  readonly channel: Channel
  readonly repetition: number
  readonly arrivals: 'uniform' | 'poisson' | 'closed'
  /** None in a closed loop. */
  readonly ratePerSecond?: number
  /** Only in a closed loop. */
  readonly clients?: number
  readonly warmupMs: number
  /** None in a closed loop that ends with its requests. */
  readonly measuredMs?: number
}

export interface StepSpec {
  readonly planned: PlannedStep
  readonly pace: OpenPace | ClosedPace
}

/** Asks one step after another; what the next one is may depend on what the last one found. */
export type Course = Generator<StepSpec, void, StepResult>
