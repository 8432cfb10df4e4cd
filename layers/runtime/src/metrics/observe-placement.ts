import {
  type AcceptedOrder,
  type CallLimits,
  type Channel,
  type Clock,
  elapsedMs,
  type Outcome,
} from '@ecommerce/domain'
import type { Metrics } from './metrics'

type Place = (orders: readonly AcceptedOrder[], limits?: CallLimits) => Promise<readonly Outcome[]>

/** Wraps placement with metrics: the outcome of each order, and the time from its acceptance to the commit. */
export function observePlacement(place: Place, metrics: Metrics, clock: Clock): Place {
  const channels = {
    sync: countersOf('sync', metrics),
    kafka: countersOf('kafka', metrics),
    rabbitmq: countersOf('rabbitmq', metrics),
  }
  return async (orders, limits) => {
    const outcomes = await place(orders, limits)
    const committedAt = clock()
    outcomes.forEach((outcome, index) => {
      const order = orders[index]
      if (!order) return
      const counters = channels[order.channel]
      counters[counterNameOf(outcome)].add()
      if ('order' in outcome && outcome.order)
        counters.seconds.observe(elapsedMs(outcome.order.acceptedAt, committedAt) / 1_000)
    })
    return outcomes
  }
}

function countersOf(channel: Channel, metrics: Metrics) {
  const counter = (outcome: string, reason = 'none') =>
    metrics.counter('ecommerce_orders_total', { channel, outcome, reason })
  return {
    confirmed: counter('confirmed'),
    insufficientStock: counter('rejected', 'insufficient-stock'),
    unknownProduct: counter('rejected', 'unknown-product'),
    duplicate: counter('duplicate'),
    conflict: counter('conflict', 'idempotency-key-reused'),
    seconds: metrics.histogram('ecommerce_order_accepted_to_committed_seconds', { channel }),
  }
}

function counterNameOf(outcome: Outcome) {
  switch (outcome.kind) {
    case 'confirmed':
      return 'confirmed'
    case 'rejected':
      return 'insufficientStock'
    case 'unknown-product':
      return 'unknownProduct'
    case 'duplicate':
      return outcome.sameRequest ? 'duplicate' : 'conflict'
  }
}
