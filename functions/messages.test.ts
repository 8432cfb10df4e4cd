import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DEAD_LETTER_HEADERS, deadLettered, orderPlaced } from '@ecommerce/domain'
import { parseConfig } from '@ecommerce/runtime'
import { anAcceptedOrder, NOON } from '@ecommerce/testing'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { MESSAGE_NAMES, messageSchema } from './messages'
import { orderPlacedSchema } from './order-placed-message'

const DOCS = join(import.meta.dirname, '..', 'docs')

function readText(...path: string[]): string {
  return readFileSync(join(DOCS, ...path), 'utf8')
}

describe('the schemas in docs/messages', () => {
  it('are those of all messages', () => {
    expect(readdirSync(join(DOCS, 'messages')).sort()).toEqual([...MESSAGE_NAMES].sort())
  })

  it.each(MESSAGE_NAMES)('%s is the schema that consumers use', (name) => {
    expect(JSON.parse(readText('messages', name))).toEqual(JSON.parse(JSON.stringify(messageSchema(name))))
  })
})

describe('order_placed v1', () => {
  const message = orderPlaced(anAcceptedOrder({ channel: 'kafka' }))
  const placed = JSON.parse(message.body.toString())
  const validate = new Ajv2020({ validateFormats: false }).compile(messageSchema('order-placed.v1.json'))

  it.each([
    { what: 'as it is sent', body: placed },
    { what: 'of a newer producer', body: { ...placed, coupon: 'x', order: { ...placed.order, note: 'x' } } },
  ])('is valid $what', ({ body }) => {
    expect(validate(body), JSON.stringify(validate.errors)).toBe(true)
    expect(orderPlacedSchema.safeParse(body).success).toBe(true)
  })

  it.each([
    { what: 'another type', body: { ...placed, type: 'order_cancelled' } },
    { what: 'another version', body: { ...placed, version: 2 } },
    { what: 'no order', body: { ...placed, order: undefined } },
    { what: 'no items', body: { ...placed, order: { ...placed.order, items: [] } } },
    { what: 'an id that is none', body: { ...placed, order: { ...placed.order, id: '1' } } },
    { what: 'a time without milliseconds', body: { ...placed, accepted_at: '2026-01-01T12:00:00Z' } },
    { what: 'a channel without a broker', body: { ...placed, channel: 'sync' } },
  ])('is not valid with $what, to the published schema as to the consumer', ({ body }) => {
    expect(validate(JSON.parse(JSON.stringify(body)))).toBe(false)
    expect(orderPlacedSchema.safeParse(body).success).toBe(false)
  })
})

interface Channel {
  readonly address: string
  readonly bindings: {
    readonly kafka?: { readonly topic: string; readonly partitions: number }
    readonly amqp?: {
      readonly is: 'queue' | 'routingKey'
      readonly queue?: { readonly name: string }
      readonly exchange?: { readonly name: string; readonly type: string }
    }
  }
}

interface AsyncApi {
  readonly channels: Readonly<Record<string, Channel>>
  readonly components: {
    readonly messages: Readonly<Record<string, { readonly payload?: { readonly schema: { readonly $ref: string } } }>>
    readonly schemas: Readonly<Record<string, { readonly properties: object; readonly required: string[] }>>
  }
}

describe('docs/asyncapi.yaml', () => {
  const text = readText('asyncapi.yaml')
  const document: AsyncApi = parse(text)
  const config = parseConfig({})

  it.each(['orderPlacedInKafka', 'orderPlacedInRabbitmq'])('has for %s the schema that consumers use', (name) => {
    const { $ref = '' } = document.components.messages[name]?.payload?.schema ?? {}

    expect(JSON.parse(readText($ref))).toEqual(JSON.parse(JSON.stringify(messageSchema('order-placed.v1.json'))))
  })

  it('has no broken reference', () => {
    const references = [...text.matchAll(/\$ref: '?#\/([^'\n]+)/g)].flatMap(([, path]) => path ?? [])

    expect(references.length).toBeGreaterThan(0)
    for (const reference of references) expect(document, reference).toHaveProperty(reference.split('/'))
  })

  it('names topics, exchanges and queues as the default settings do', () => {
    const topic = (name: string) => ({
      address: name,
      bindings: { kafka: { topic: name, partitions: config.KAFKA_PARTITIONS } },
    })
    const queue = (name: string) => ({ address: name, bindings: { amqp: { is: 'queue', queue: { name } } } })
    const exchange = (name: string, type: string) => ({
      address: config.RABBITMQ_ROUTING_KEY,
      bindings: { amqp: { is: 'routingKey', exchange: { name, type } } },
    })

    expect(document.channels).toMatchObject({
      kafkaOrders: topic(config.KAFKA_TOPIC),
      kafkaDeadLetters: topic(config.KAFKA_DLQ_TOPIC),
      rabbitmqOrderExchange: exchange(config.RABBITMQ_EXCHANGE, 'topic'),
      rabbitmqOrderQueue: queue(config.RABBITMQ_QUEUE),
      rabbitmqDeadLetterExchange: exchange(config.RABBITMQ_DLX, 'fanout'),
      rabbitmqDeadLetterQueue: queue(config.RABBITMQ_DLQ),
    })
  })

  it('has the headers of an order and of a dead letter', () => {
    const { orderHeaders, deadLetterHeaders, traceHeaders } = document.components.schemas
    const order = orderPlaced(anAcceptedOrder({ channel: 'kafka' }))
    const trace = { traceparent: `00-${'a'.repeat(32)}-${'1'.repeat(16)}-01`, tracestate: 'a=b' }
    const traced = orderPlaced(anAcceptedOrder({ channel: 'kafka' }), trace)
    const dead = deadLettered(
      { source: 'orders', headers: {}, body: Buffer.alloc(0) },
      { code: 'invalid-message', detail: '' },
      NOON,
    )

    expect(orderHeaders?.required).toEqual(Object.keys(order.headers))
    expect(Object.keys({ ...order.headers, ...traceHeaders?.properties })).toEqual(Object.keys(traced.headers))
    expect(deadLetterHeaders?.required.sort()).toEqual(Object.keys(dead.headers).sort())
    expect(Object.keys(deadLetterHeaders?.properties ?? {}).sort()).toEqual(Object.values(DEAD_LETTER_HEADERS).sort())
  })
})
