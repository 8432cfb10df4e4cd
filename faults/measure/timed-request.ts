import type { Outcome } from '../../load/load-plan'
import type { Channel } from '../../load/results'

/** A request of the load. Times are milliseconds since the epoch. */
export interface TimedRequest {
  readonly channel: Channel
  readonly dueMs: number
  readonly sentMs: number
  readonly doneMs: number
  readonly outcome: Outcome
  readonly status?: number
  readonly cause?: string
  readonly orderId?: string
}

/** How a request ended, in the terms of the promises. */
export type Ending = 'accepted' | 'unavailable' | 'refused' | 'failed' | 'not-sent'

/** Open when the load was stopped, or not sent at all: it says nothing about the shop. */
const NOT_SENT: ReadonlySet<string | undefined> = new Set(['aborted'])
const NO_RETRY_AFTER = 'no-retry-after'

export function endingOf({ outcome, status, cause }: Pick<TimedRequest, 'outcome' | 'status' | 'cause'>): Ending {
  if (outcome === 'accepted') return 'accepted'
  if (outcome === 'dropped' || NOT_SENT.has(cause)) return 'not-sent'
  if (status === 503) return cause === NO_RETRY_AFTER ? 'failed' : 'unavailable'
  return status !== undefined && status >= 400 && status < 500 ? 'refused' : 'failed'
}
