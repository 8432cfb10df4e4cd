import { MAX_LINES, MAX_QUANTITY, orderPlaced } from '@ecommerce/domain'
import { kafkaMessages, rabbitMqMessages } from '@ecommerce/runtime'
import { anAcceptedOrder, kafkaEvent, NOON, rabbitMqEvent } from '@ecommerce/testing'
import { describe, expect, it } from 'vitest'
import { parseOrderPlaced } from './order-placed-message'

const order = anAcceptedOrder({ userId: 'änn', channel: 'kafka', lines: [{ productId: 7, quantity: 2 }] })
const placed = orderPlaced(order)
const json = JSON.parse(String(placed.body))

function messageOf(body: string | Buffer) {
  const [message] = kafkaMessages(kafkaEvent([{ ...placed, body }], { topic: 'orders' }))
  if (!message) throw new Error('the event has no message')
  return message
}

const parseJson = (value: unknown) => parseOrderPlaced(messageOf(JSON.stringify(value)))

describe('a message order_placed', () => {
  it.each([
    { broker: 'kafka', arrived: kafkaMessages(kafkaEvent([placed], { topic: 'orders' })) },
    { broker: 'rabbitmq', arrived: rabbitMqMessages(rabbitMqEvent([placed], 'orders')) },
  ])('that arrives through $broker is the order that was published', ({ arrived }) => {
    const [message] = arrived
    if (!message) throw new Error('the event has no message')

    expect(parseOrderPlaced(message)).toEqual({
      message,
      order: { id: order.id, userId: 'änn', channel: 'kafka', lines: order.lines, acceptedAt: NOON },
    })
  })

  it('may have members that this version does not know', () => {
    const parsed = parseJson({ ...json, coupon: 'x', order: { ...json.order, note: 'x' } })

    expect(parsed).toHaveProperty('order.id', order.id)
    expect(parsed).not.toHaveProperty('order.note')
  })

  it('may have as many items and units as an HTTP request', () => {
    const items = Array.from({ length: MAX_LINES }, (_, at) => ({ product_id: at + 1, quantity: MAX_QUANTITY }))

    expect(parseJson({ ...json, order: { ...json.order, items } })).toHaveProperty('order.lines.length', MAX_LINES)
  })
})

describe('a message that can never succeed', () => {
  it.each([
    { what: 'empty', body: '' },
    { what: 'not JSON', body: '{"type":' },
    { what: 'not UTF-8', body: Buffer.from([0xff, 0xfe]) },
  ])('has the cause malformed-json when its body is $what', ({ body }) => {
    const message = messageOf(body)

    expect(parseOrderPlaced(message)).toEqual({
      message,
      poison: { code: 'malformed-json', detail: 'the body is not JSON' },
    })
  })

  it.each([
    { what: 'the version', value: { ...json, version: 2 }, named: 'version' },
    { what: 'the type', value: { ...json, type: 'order_cancelled' }, named: 'type' },
    { what: 'the user', value: { ...json, order: { ...json.order, user_id: '' } }, named: 'order.user_id' },
    { what: 'the time', value: { ...json, accepted_at: 'noon' }, named: 'accepted_at' },
    {
      what: 'the quantity',
      value: { ...json, order: { ...json.order, items: [{ product_id: 7, quantity: 0 }] } },
      named: 'order.items[0].quantity',
    },
  ])('has the cause invalid-message with a detail that names $what', ({ value, named }) => {
    expect(parseJson(value)).toMatchObject({
      poison: { code: 'invalid-message', detail: expect.stringContaining(`at ${named}`) },
    })
  })

  it('is one that names a product twice', () => {
    const items = [
      { product_id: 7, quantity: 1 },
      { product_id: 7, quantity: 2 },
    ]

    expect(parseJson({ ...json, order: { ...json.order, items } })).toMatchObject({
      poison: { code: 'invalid-message', detail: expect.stringContaining('must name each product once') },
    })
  })

  it.each([null, [], 7, 'text', true])('is one whose JSON is %j', (value) => {
    expect(parseJson(value)).toMatchObject({ poison: { code: 'invalid-message' } })
  })
})
