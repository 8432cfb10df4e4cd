import type { AcceptedOrder, Outcome } from '@ecommerce/domain'
import { UnavailableError } from '@ecommerce/domain'
import { afterNoon, anAcceptedOrder, anOrder, NOON } from '@ecommerce/testing'
import { describe, expect, it } from 'vitest'
import { observePlacement } from './observe-placement'
import { PrometheusMetrics } from './prometheus-metrics'

/** What was counted, without the zeros, after orders of a channel ended so. */
async function countedAfter(channel: AcceptedOrder['channel'], outcomes: readonly Outcome[]): Promise<string[]> {
  const metrics = new PrometheusMetrics()
  const place = observePlacement(
    async () => outcomes,
    metrics,
    () => afterNoon(40),
  )
  const orders = outcomes.map(() => anAcceptedOrder({ channel, acceptedAt: NOON }))

  expect(await place(orders)).toBe(outcomes)

  const lines = (await metrics.render([])).split('\n')
  return lines.filter((line) => /^ecommerce_order.*(_total|_sum|_count)\{/.test(line) && !line.endsWith(' 0'))
}

const SECONDS = 'ecommerce_order_accepted_to_committed_seconds'

describe('an observed placement', () => {
  it('counts each order by its channel and outcome', async () => {
    const first = anOrder()
    const outcomes: Outcome[] = [
      { kind: 'confirmed', order: anOrder() },
      { kind: 'confirmed', order: anOrder() },
      { kind: 'rejected', order: anOrder({ status: 'rejected', reason: 'insufficient-stock' }) },
      { kind: 'duplicate', first, sameRequest: true },
      { kind: 'duplicate', first, sameRequest: false },
    ]

    expect(await countedAfter('rabbitmq', outcomes)).toEqual([
      'ecommerce_orders_total{channel="rabbitmq",outcome="confirmed",reason="none"} 2',
      'ecommerce_orders_total{channel="rabbitmq",outcome="rejected",reason="insufficient-stock"} 1',
      'ecommerce_orders_total{channel="rabbitmq",outcome="duplicate",reason="none"} 1',
      'ecommerce_orders_total{channel="rabbitmq",outcome="conflict",reason="idempotency-key-reused"} 1',
      `${SECONDS}_sum{channel="rabbitmq"} 0.12`,
      `${SECONDS}_count{channel="rabbitmq"} 3`,
    ])
  })

  it('measures no time for an order that was not recorded', async () => {
    expect(await countedAfter('sync', [{ kind: 'unknown-product', productIds: [7] }])).toEqual([
      'ecommerce_orders_total{channel="sync",outcome="rejected",reason="unknown-product"} 1',
    ])
  })

  it('never measures a negative time, whatever the clocks of the machines say', async () => {
    const order = anOrder({ acceptedAt: afterNoon(90_000_000), committedAt: afterNoon(90_000_001) })

    expect(await countedAfter('kafka', [{ kind: 'confirmed', order }])).toEqual([
      'ecommerce_orders_total{channel="kafka",outcome="confirmed",reason="none"} 1',
      `${SECONDS}_count{channel="kafka"} 1`,
    ])
  })

  it('counts nothing for a failed batch, and rejects with its error', async () => {
    const metrics = new PrometheusMetrics()
    const away = new UnavailableError('MySQL')
    const place = observePlacement(
      () => Promise.reject(away),
      metrics,
      () => NOON,
    )

    await expect(place([anAcceptedOrder()])).rejects.toBe(away)

    expect(await metrics.render([])).not.toMatch(/^ecommerce_.* [1-9]/m)
  })
})
