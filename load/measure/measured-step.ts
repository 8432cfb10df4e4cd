import type { PlannedStep, Sample } from '../load-plan'
import type { GeneratorHealth } from '../results'
import type { RecordedOrder } from '../shop/bodies'
import type { Reading } from '../shop/shop-sample'

/** All that was seen of one step, before anything is computed from it. */
export interface MeasuredStep {
  readonly planned: PlannedStep
  /** Time 0 of the samples, the end of the warm-up, in milliseconds of the epoch. */
  readonly zeroMs: number
  /** How long after the warm-up requests were sent. */
  readonly measuredMs: number
  /** Can be gone through more than once. */
  readonly samples: Iterable<Sample>
  /** What the shop recorded of them, by id. */
  readonly recorded: ReadonlyMap<string, RecordedOrder>
  readonly health: GeneratorHealth
  readonly readings: readonly Reading[]
  /** Set when orders were missing: when nobody waited for them any longer, in milliseconds of the epoch. */
  readonly gaveUpAtMs?: number
}

/**
 * When the shop did what with an accepted order: microseconds since time 0 of the step, in whole milliseconds of the
 * shop's clock. Absent is what the shop does not tell, and everything of an order that it never recorded.
 */
export interface OrderMoments {
  readonly acceptedUs?: number
  readonly consumedUs?: number
  readonly committedUs?: number
}

export function momentsOf({ recorded, zeroMs }: MeasuredStep, orderId: string): OrderMoments {
  const order = recorded.get(orderId)
  if (order === undefined) return {}
  const toUs = (atMs: number) => (atMs - zeroMs) * 1_000
  return {
    acceptedUs: toUs(order.acceptedAtMs),
    committedUs: toUs(order.committedAtMs),
    ...(order.consumedAtMs !== undefined && { consumedUs: toUs(order.consumedAtMs) }),
  }
}
