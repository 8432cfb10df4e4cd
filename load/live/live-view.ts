import type { PlannedRun, PlannedStep } from '../load-plan'
import type { GeneratorHealth, Phase, Results, ShopSample, StepResult } from '../results'

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
