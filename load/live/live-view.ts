import type { PlannedRun, PlannedStep } from '../load-plan'
import type { HealthSoFar, Phase, Results, ShopSample, StepResult } from '../results'

/**
 * A view of a run in progress. Every method returns immediately and never throws, so that a view can neither delay nor
 * end a measurement. Calls come in the order of the methods; `progress` about once a second.
 */
export interface LiveView {
  /** Called before the first step, and again when a search adds a step. Earlier steps stay in the list. */
  plan(run: PlannedRun): void
  stepStarted(step: PlannedStep): void
  progress(progress: LiveProgress): void
  /** The result of a step. An interrupted step also ends, with partial results. */
  stepEnded(result: StepResult): void
  /** @param reportPath undefined if the report could not be written */
  ended(results: Results, reportPath: string | undefined): void
  /** Restores the terminal and closes the port. */
  close(): Promise<void>
}

/** The last second of the running step, as far as it is known during the step. */
export interface LiveProgress {
  /** The name of the step. */
  readonly name: string
  readonly phase: Phase
  /** Since the start of the step, including the warm-up. */
  readonly elapsedMs: number
  /** The counts of this second. */
  readonly offered: number
  readonly accepted: number
  readonly refused: number
  readonly failed: number
  readonly dropped: number
  readonly inFlight: number
  /** Of the responses in this second; absent if there were none. */
  readonly responseP50Ms?: number
  readonly responseP99Ms?: number
  /**
   * Orders accepted and not yet committed, as the broker's gauge reports them; only the `StepResult` is exact. Absent
   * if the shop does not report it, and for the synchronous channel, which has no backlog.
   */
  readonly backlog?: number
  readonly shop?: ShopSample
  /** The validity of the measurement so far; absent in the warm-up. */
  readonly health?: HealthSoFar
}
