import { describe, expect, it } from 'vitest'
import type { RabbitMqMapping } from '../event-source-mapping'
import { AmqpBytes, AmqpDecimal, AmqpText, AmqpTimestamp, type AmqpValue } from './amqp-value'
import { type RabbitMqMessage, toRabbitMqEvent } from './rabbitmq-event'

const ARN = 'arn:aws:mq:us-west-2:111122223333:broker:pizzaBroker:b-9bcfa592-423a-4942-879d-eb284b418fc8'

const MAPPING: RabbitMqMapping = {
  kind: 'rabbitmq',
  name: 'on-pizza:rabbitmq:pizzaQueue',
  functionKey: 'on-pizza',
  enabled: true,
  batchSize: 100,
  batchWindowMs: 500,
  filters: [],
  urls: ['amqp://localhost'],
  virtualHost: '/',
  queue: 'pizzaQueue',
  eventSourceArn: ARN,
  prefetch: 100,
  concurrency: 1,
}

const textOf = (text: string) => new AmqpText(Buffer.from(text))

const MESSAGE: RabbitMqMessage = {
  fields: { redelivered: false, deliveryTag: 1 },
  properties: {
    contentType: 'text/plain',
    contentEncoding: undefined,
    headers: { header1: textOf('value1'), header2: textOf('value2'), numberInHeader: 10 },
    deliveryMode: 1,
    priority: 34,
    correlationId: undefined,
    replyTo: undefined,
    expiration: '60000',
    messageId: undefined,
    timestamp: 2021,
    type: undefined,
    userId: 'AIDACKCEVSQ6C2EXAMPLE',
    appId: undefined,
    clusterId: undefined,
  },
  content: Buffer.from('{"timeout":0,"data":"CZrmf0Gw8Ov4bqLQxD4E"}'),
}

const messageOf = (message: RabbitMqMessage) =>
  toRabbitMqEvent(MAPPING, [message]).rmqMessagesByQueue['pizzaQueue::/']?.[0]
const headerOf = (value: AmqpValue) =>
  messageOf({ ...MESSAGE, properties: { headers: { name: value } } })?.basicProperties.headers?.name

describe('the event of RabbitMQ', () => {
  it('is byte for byte the one that AWS documents', () => {
    const event = toRabbitMqEvent(MAPPING, [MESSAGE])

    // The documented sample has a bodySize of 80 for a body of 43 bytes.
    expect(JSON.stringify(event)).toBe(
      `{"eventSource":"aws:rmq","eventSourceArn":"${ARN}",` +
        '"rmqMessagesByQueue":{"pizzaQueue::/":[{"basicProperties":{"contentType":"text/plain","contentEncoding":null,' +
        '"headers":{"header1":{"bytes":[118,97,108,117,101,49]},"header2":{"bytes":[118,97,108,117,101,50]},' +
        '"numberInHeader":10},"deliveryMode":1,"priority":34,"correlationId":null,"replyTo":null,' +
        '"expiration":"60000","messageId":null,"timestamp":"Jan 1, 1970, 12:33:41 AM","type":null,' +
        '"userId":"AIDACKCEVSQ6C2EXAMPLE","appId":null,"clusterId":null,"bodySize":43},"redelivered":false,' +
        '"data":"eyJ0aW1lb3V0IjowLCJkYXRhIjoiQ1pybWYwR3c4T3Y0YnFMUXhENEUifQ=="}]}}',
    )
  })

  it('names the queue with its virtual host', () => {
    const event = toRabbitMqEvent({ ...MAPPING, virtualHost: 'shop' }, [MESSAGE])

    expect(Object.keys(event.rmqMessagesByQueue)).toEqual(['pizzaQueue::shop'])
  })

  it('has null for every missing property', () => {
    const message = messageOf({ ...MESSAGE, properties: { deliveryMode: 2 }, content: Buffer.from('Hello, World!') })

    expect(message?.basicProperties).toEqual({
      contentType: null,
      contentEncoding: null,
      headers: null,
      deliveryMode: 2,
      priority: null,
      correlationId: null,
      replyTo: null,
      expiration: null,
      messageId: null,
      timestamp: null,
      type: null,
      userId: null,
      appId: null,
      clusterId: null,
      bodySize: 13,
    })
  })

  it('marks a redelivery', () => {
    expect(messageOf({ ...MESSAGE, fields: { redelivered: true, deliveryTag: 2 } })?.redelivered).toBe(true)
  })

  it('formats a time after noon as the documented event does', () => {
    const seconds = Date.UTC(2026, 10, 30, 13, 5, 9) / 1000

    const message = messageOf({ ...MESSAGE, properties: { timestamp: seconds } })

    expect(message?.basicProperties.timestamp).toBe('Nov 30, 2026, 1:05:09 PM')
  })

  it('accepts a timestamp that is beyond the range of dates', () => {
    const message = messageOf({ ...MESSAGE, properties: { timestamp: 2 ** 63 } })
    const early = messageOf({ ...MESSAGE, properties: { timestamp: -(2 ** 63) } })

    expect(message?.basicProperties.timestamp).toBe('Sep 13, 275760, 12:00:00 AM')
    expect(early?.basicProperties.timestamp).toContain('12:00:00 AM')
  })
})

describe('a header of a message', () => {
  it('is a list of signed bytes for a string, as in Kafka', () => {
    expect(headerOf(textOf('ë'))).toEqual({ bytes: [-61, -85] })
  })

  it('is null for a number that JSON cannot represent', () => {
    expect([Number.NaN, Number.POSITIVE_INFINITY].map(headerOf)).toEqual([null, null])
  })

  it('is unchanged for a number, a boolean and null', () => {
    expect([1.5, true, null].map(headerOf)).toEqual([1.5, true, null])
  })

  it('is converted inside tables and lists', () => {
    const header = headerOf([{ reason: textOf('expired'), count: 1, 'routing-keys': [textOf('a')] }])

    expect(header).toEqual([
      { reason: { bytes: [101, 120, 112, 105, 114, 101, 100] }, count: 1, 'routing-keys': [{ bytes: [97] }] },
    ])
  })

  it('is text for a timestamp, a number for a decimal, a list of numbers for bytes', () => {
    expect(headerOf(new AmqpTimestamp(2021))).toBe('Jan 1, 1970, 12:33:41 AM')
    expect(headerOf(new AmqpDecimal(1999, 2))).toBe(19.99)
    expect(headerOf(new AmqpDecimal(-3, 1))).toBe(-0.3)
    expect(headerOf(new AmqpBytes(Buffer.from([0, 128])))).toEqual([0, -128])
  })
})
