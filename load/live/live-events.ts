import type { PlannedRun, PlannedStep } from '../load-plan'
import type { Channel, Results, StepResult, Verdict } from '../results'
import type { LiveProgress } from './live-view'
import { reasonOf } from './progress-text'

/** The events that the live page receives as JSON. A late viewer receives all past events first. */
export type LiveEvent =
  | { readonly type: 'planned'; readonly run: PlannedRun }
  | { readonly type: 'step'; readonly step: PlannedStep }
  | { readonly type: 'second'; readonly progress: LiveProgress }
  | { readonly type: 'result'; readonly result: LiveResult }
  | { readonly type: 'ended'; readonly status: Verdict['status']; readonly headline: string }

/** The figures of a completed step for one row of the table. */
export interface LiveResult {
  readonly name: string
  readonly channel: Channel
  readonly repetition: number
  readonly acceptedPerSecond: number
  readonly committedPerSecond: number
  /** Latencies are absent without responses or commits. */
  readonly responseP50Ms?: number
  readonly responseP95Ms?: number
  readonly responseP99Ms?: number
  readonly commitP99Ms?: number
  readonly drainMs: number
  readonly failed: number
  /** Why the step is not valid; absent if it is. */
  readonly invalidBecause?: string
}

export function resultEvent(step: StepResult): LiveEvent {
  const { response, commit } = step.latencies
  return {
    type: 'result',
    result: {
      name: step.name,
      channel: step.channel,
      repetition: step.repetition,
      acceptedPerSecond: step.rates.acceptedPerSecond,
      committedPerSecond: step.rates.committedPerSecond,
      ...(response.count > 0 && {
        responseP50Ms: response.p50Ms,
        responseP95Ms: response.p95Ms,
        responseP99Ms: response.p99Ms,
      }),
      ...(commit.count > 0 && { commitP99Ms: commit.p99Ms }),
      drainMs: step.drainMs,
      failed: step.requests.failed,
      ...(!step.generator.isValid && { invalidBecause: reasonOf(step.generator) }),
    },
  }
}

export function endedEvent({ verdict }: Results): LiveEvent {
  return { type: 'ended', status: verdict.status, headline: verdict.headline }
}
