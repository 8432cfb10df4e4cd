import { MAX_LINES, MAX_QUANTITY, orderPlaced } from '@ecommerce/domain'
import { kafkaMessages, rabbitMqMessages } from '@ecommerce/runtime'
import { anAcceptedOrder, atNoon, kafkaEvent, NOON, rabbitMqEvent } from '@ecommerce/testing'
import { describe, expect, it } from 'vitest'
import { parseOrderPlaced } from './order-placed-message'

const LIMITS = { clock: atNoon, toleranceMs: 300_000 }

const order = anAcceptedOrder({ userId: 'änn', channel: 'kafka', lines: [{ productId: 7, quantity: 2 }] })
const placed = orderPlaced(order)
const json = JSON.parse(String(placed.body))

function messageOf(body: string | Buffer) {
  const [message] = kafkaMessages(kafkaEvent([{ ...placed, body }], { topic: 'orders' }))
  if (!message) throw new Error('the event has no message')
  return message
}

const parseJson = (value: unknown) => parseOrderPlaced(messageOf(JSON.stringify(value)), LIMITS)

describe('a message order_placed', () => {
  it.each([
    { broker: 'kafka', arrived: kafkaMessages(kafkaEvent([placed], { topic: 'orders' })) },
    { broker: 'rabbitmq', arrived: rabbitMqMessages(rabbitMqEvent([placed], 'orders')) },
  ])('that arrives through $broker is the order that was published', ({ arrived }) => {
    const [message] = arrived
    if (!message) throw new Error('the event has no message')

    expect(parseOrderPlaced(message, LIMITS)).toEqual({
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

    expect(parseOrderPlaced(message, LIMITS)).toEqual({
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

/** The microseconds of an ISO time, as the header has them. */
const us = (iso: string) => String(Date.parse(iso) * 1_000)

/** The clock stands at noon of 2026-01-01. It tolerates 5 minutes. */
const TIMES: readonly { time: string; fault?: string }[] = [
  { time: '2025-01-01T00:00:00.000Z' },
  { time: '2025-06-30T23:59:59.999Z' },
  { time: '2026-01-01T12:00:00.000Z' },
  { time: '2026-01-01T12:00:00.001Z' },
  { time: '2026-01-01T12:05:00.000Z' },
  { time: '2026-01-01T12:05:00.001Z', fault: 'is more than 300 s after the time of the consumer, 2026-01-01T12' },
  { time: '2030-01-01T00:00:00.000Z', fault: 'is more than 300 s after' },
  { time: '9999-12-31T23:59:59.999Z', fault: 'is more than 300 s after' },
  { time: '2024-12-31T23:59:59.999Z', fault: 'is before 2025-01-01T00:00:00.000Z' },
  { time: '1970-01-01T00:00:00.000Z', fault: 'is before' },
  { time: '1969-12-31T23:59:59.999Z', fault: 'is before' },
  { time: '0001-01-01T00:00:00.000Z', fault: 'is before' },
  { time: '0000-01-01T00:00:00.000Z', fault: 'is before' },
]

const NOT_MICROSECONDS = ['', 'noon', '1.5', '-1', '1e15', ' 1', '0x10', '2026-01-01T12:00:00.000Z', '{}']

describe.each(['kafka', 'rabbitmq'] as const)('the time of acceptance in a message of %s', (broker) => {
  const parse = (body: object, headers: Readonly<Record<string, string>> = {}) => {
    const sent = { ...placed, headers, body: JSON.stringify({ ...body, channel: broker }) }
    const [message] =
      broker === 'kafka'
        ? kafkaMessages(kafkaEvent([sent], { topic: 'orders' }))
        : rabbitMqMessages(rabbitMqEvent([sent], 'orders'))
    if (!message) throw new Error('the event has no message')
    return parseOrderPlaced(message, LIMITS)
  }

  it.each(TIMES.filter(({ fault }) => fault === undefined))(
    'may be $time, in the body and in the header',
    ({ time }) => {
      expect(parse({ ...json, accepted_at: time })).toHaveProperty('order.acceptedAt', new Date(time))
      expect(parse(json, { 'accepted-at-us': us(time) })).toHaveProperty('order.acceptedAt', NOON)
    },
  )

  it.each(TIMES.filter(({ fault }) => fault !== undefined))('may not be $time in the body', ({ time, fault }) => {
    const parsed = parse({ ...json, accepted_at: time })

    expect(parsed).not.toHaveProperty('order')
    expect(parsed).toMatchObject({
      poison: { code: 'implausible-time', detail: expect.stringContaining(`accepted_at ${fault}`) },
    })
  })

  it.each(TIMES.filter(({ time, fault }) => fault !== undefined && time >= '1970'))(
    'may not be $time in the header',
    ({ time, fault }) => {
      const parsed = parse(json, { 'accepted-at-us': us(time) })

      expect(parsed).not.toHaveProperty('order')
      expect(parsed).toMatchObject({
        poison: { code: 'implausible-time', detail: expect.stringContaining(`the header accepted-at-us ${fault}`) },
      })
    },
  )

  it.each([17, 30, 400])('may not be a number of %d digits in the header', (digits) => {
    expect(parse(json, { 'accepted-at-us': '9'.repeat(digits) })).toMatchObject({
      poison: { code: 'implausible-time' },
    })
  })

  it.each(NOT_MICROSECONDS)('may not be %j in the header', (text) => {
    expect(parse(json, { 'accepted-at-us': text })).toMatchObject({
      poison: { code: 'invalid-message', detail: expect.stringContaining('accepted-at-us is not a number') },
    })
  })

  it.each([
    'noon',
    '',
    '2026-01-01',
    '2026-01-01T12:00:00Z',
    '2026-13-01T12:00:00.000Z',
    '2026-02-30T12:00:00.000Z',
    0,
  ])('may not be %j in the body', (time) => {
    expect(parse({ ...json, accepted_at: time })).toMatchObject({
      poison: { code: 'invalid-message', detail: expect.stringContaining('at accepted_at') },
    })
  })
})

it('a header of AMQP may have the time as a number', () => {
  const event = rabbitMqEvent([placed], 'orders')
  const [record] = event.rmqMessagesByQueue['orders::/'] ?? []
  if (!record) throw new Error('the event has no message')
  const withHeader = (value: number) => ({
    ...event,
    rmqMessagesByQueue: {
      'orders::/': [
        { ...record, basicProperties: { ...record.basicProperties, headers: { 'accepted-at-us': value } } },
      ],
    },
  })
  const parse = (value: number) => rabbitMqMessages(withHeader(value)).map((one) => parseOrderPlaced(one, LIMITS))

  expect(parse(NOON.getTime() * 1_000)).toMatchObject([{ order: { acceptedAt: NOON } }])
  expect(parse(Date.parse('2030-01-01') * 1_000)).toMatchObject([{ poison: { code: 'implausible-time' } }])
  expect(parse(-1)).toMatchObject([{ poison: { code: 'invalid-message' } }])
})
