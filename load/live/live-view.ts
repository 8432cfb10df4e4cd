import type { Channel, GeneratorHealth, Phase, Results, ShopSample, StepResult } from '../results'

/**
 * Someone who watches a run. Every method returns at once and never throws: whoever watches can neither slow a
 * measurement down nor end it. Calls come in the order of the methods; `progress` about once a second.
 */
export interface LiveView {
  /** Before the first step; again when a search has found out what it asks next. Steps that were told stay. */
  plan(run: PlannedRun): void
  stepBegins(step: PlannedStep): void
  progress(progress: LiveProgress): void
  /** What stays of a step. A step that was interrupted ends, too, with what it has. */
  stepEnds(result: StepResult): void
  /** @param reportPath absent when it could not be written */
  ended(results: Results, reportPath: string | undefined): void
  /** Leaves the terminal as it was found and lets go of the port. */
  close(): Promise<void>
}

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

/** The second that has just ended, and the step up to here: what can be known while it runs. */
export interface LiveProgress {
  /** Of the step. */
  readonly name: string
  readonly phase: Phase
  /** Since the step's start, warm-up included. */
  readonly elapsedMs: number
  /** Of this second. */
  readonly offered: number
  readonly accepted: number
  readonly refused: number
  readonly failed: number
  readonly dropped: number
  readonly inFlight: number
  /** Of the answers of this second; absent when there were none. */
  readonly responseP50Ms?: number
  readonly responseP99Ms?: number
  /**
   * Accepted and not yet committed, as far as the broker's own gauges tell; exact only in the `StepResult`. Absent when
   * the shop does not tell, and for the synchronous channel, which has none.
   */
  readonly backlog?: number
  readonly shop?: ShopSample
  /** Of the generator so far. */
  readonly health?: Pick<GeneratorHealth, 'latenessP99Ms' | 'eventLoopP99Ms' | 'cpuPercent' | 'droppedShare'>
}
