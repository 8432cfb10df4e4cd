import type { PlannedRun, PlannedStep } from '../load-plan'
import type { Channel, Results, StepResult, Verdict } from '../results'
import type { LiveProgress } from './live-view'

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
  readonly responseP99Ms?: number
  readonly committedP99Ms?: number
  readonly drainMs: number
  readonly failed: number
  readonly isValid: boolean
}

export function resultEvent(step: StepResult): LiveEvent {
  const { response, committed } = step.latencies
  return {
    type: 'result',
    result: {
      name: step.name,
      channel: step.channel,
      repetition: step.repetition,
      acceptedPerSecond: step.rates.acceptedPerSecond,
      committedPerSecond: step.rates.committedPerSecond,
      ...(response.count > 0 && { responseP50Ms: response.p50Ms, responseP99Ms: response.p99Ms }),
      ...(committed.count > 0 && { committedP99Ms: committed.p99Ms }),
      drainMs: step.drainMs,
      failed: step.requests.failed,
      isValid: step.generator.isValid,
    },
  }
}

export function endedEvent({ verdict }: Results): LiveEvent {
  return { type: 'ended', status: verdict.status, headline: verdict.headline }
}
