import { expect, it } from 'vitest'
import { deliveryOf } from '../testing/fake-channel'
import { describeMessages } from './describe-messages'

it('names the first messages by delivery tag, message id and deliveries, and counts the others', () => {
  const again = deliveryOf(2, '', { 'x-delivery-count': 3 })
  const messages = [
    { ...deliveryOf(1, ''), properties: { messageId: 'order-7' } },
    { ...again, fields: { ...again.fields, redelivered: true } },
    deliveryOf(3, ''),
    deliveryOf(4, ''),
  ]

  expect(describeMessages({ queue: 'orders' }, messages)).toBe(
    '4 messages of orders (tag 1, id "order-7"; tag 2, no message id, redelivered 3 times; tag 3, no message id; and 1 more)',
  )
  expect(describeMessages({ queue: 'orders' }, messages.slice(0, 1))).toBe('1 message of orders (tag 1, id "order-7")')
})
