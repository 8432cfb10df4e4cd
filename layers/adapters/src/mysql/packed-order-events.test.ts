import { orderEvent } from '@ecommerce/domain'
import { anOrder, NOON } from '@ecommerce/testing'
import { expect, it } from 'vitest'
import { packOrderEvents, unpackOrderEvents } from './packed-order-events'

it('unpacks the same events that were packed, in the same order', () => {
  const orders = [
    anOrder(),
    anOrder({
      lines: [1, 2, 3].map((productId) => ({ productId, name: 'Lamp', quantity: productId * 2, unitPriceCents: 10 })),
    }),
    anOrder({ channel: 'kafka', status: 'rejected', reason: 'insufficient-stock' }),
    anOrder({ status: 'cancelled', userId: '["💡\'\\\n' }),
  ]

  const events = unpackOrderEvents(packOrderEvents(orders), NOON)

  expect(events).toEqual(orders.map(orderEvent))
  expect(JSON.stringify(events)).toBe(JSON.stringify(orders.map(orderEvent)))
})
