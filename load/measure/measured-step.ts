import type { PlannedStep, Sample } from '../load-plan'
import type { GeneratorHealth } from '../results'
import type { RecordedOrder } from '../shop/bodies'
import type { Reading } from '../shop/shop-sample'

/** The raw data of a step, before anything is computed from it. */
export interface MeasuredStep {
  readonly planned: PlannedStep
  /** Time 0 of the samples, which is the end of the warm-up, in milliseconds since the epoch. */
  readonly zeroMs: number
  /** How long requests were sent after the warm-up. */
  readonly measuredMs: number
  /** Can be iterated more than once. */
  readonly samples: Iterable<Sample>
  /** The orders that the shop has recorded, by id. */
  readonly recorded: ReadonlyMap<string, RecordedOrder>
  readonly health: GeneratorHealth
  readonly readings: readonly Reading[]
  /** Set if orders were missing: when the run stopped waiting for them, in milliseconds since the epoch. */
  readonly gaveUpAtMs?: number
}

/**
 * When the shop processed an accepted order: microseconds since time 0 of the step, in whole milliseconds of the shop's
 * clock. A time is absent if the shop does not report it or has not recorded the order.
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
