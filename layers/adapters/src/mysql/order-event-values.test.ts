import { orderEventData } from '@ecommerce/domain'
import { anOrder } from '@ecommerce/testing'
import { describe, expect, it } from 'vitest'
import { fromValues, isValues, toValues } from './order-event-values'

describe('the values of an event of an order', () => {
  const orders = {
    'of one line': anOrder(),
    'of many lines': anOrder({
      lines: [1, 2, 3].map((productId) => ({ productId, name: 'Lamp', quantity: productId * 2, unitPriceCents: 10 })),
    }),
    'that was rejected': anOrder({ channel: 'kafka', status: 'rejected', reason: 'insufficient-stock' }),
    'of a user with signs in the name': anOrder({ userId: '["💡\'\\\n' }),
  }

  it.each(Object.entries(orders))('are all that an order %s tells', (_, order) => {
    expect(fromValues(order.id, toValues(order))).toBe(JSON.stringify(orderEventData(order)))
  })

  it('take less than a third of the text', () => {
    const order = anOrder()

    expect(toValues(order).length).toBeLessThan(JSON.stringify(orderEventData(order)).length / 3)
  })

  it('are known from data that is written out', () => {
    const order = anOrder()

    expect(isValues(toValues(order))).toBe(true)
    expect(isValues(JSON.stringify(orderEventData(order)))).toBe(false)
  })
})
