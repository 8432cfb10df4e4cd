import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AmqpProperties, AmqpTimestamp } from '../event/amqp-value'
import { toRabbitMqEventMessage } from '../event/rabbitmq-event'
import { field, int64, longString, propertiesOf, table } from '../testing/amqp-encoder'
import { decodeProperties } from './decode-properties'

const HEADERS = 0x2000

/** The headers as a function receives them. */
function eventHeadersOf(...fields: readonly Buffer[]): unknown {
  const { properties } = decodeProperties(propertiesOf(HEADERS, table(...fields)))
  const message = { fields: { redelivered: false, deliveryTag: 1 }, properties, content: Buffer.alloc(0) }
  return JSON.parse(JSON.stringify(toRabbitMqEventMessage(message).basicProperties.headers))
}

describe('a field table', () => {
  it.each<[type: string, bytes: Buffer, inEvent: unknown]>([
    ['t', Buffer.from([1]), true],
    ['t', Buffer.from([0]), false],
    ['b', Buffer.from([0xff]), -1],
    ['B', Buffer.from([0xff]), 255],
    ['s', Buffer.from([0xff, 0xfe]), -2],
    ['U', Buffer.from([0xff, 0xfe]), -2],
    ['u', Buffer.from([0xff, 0xfe]), 65_534],
    ['I', Buffer.from([0xff, 0xff, 0xff, 0xfd]), -3],
    ['i', Buffer.from([0xff, 0xff, 0xff, 0xfd]), 4_294_967_293],
    ['l', int64(-5n), -5],
    ['L', int64(5_000_000_000n), 5_000_000_000],
    ['L', int64(-5_000_000_000n), -5_000_000_000],
    ['L', int64(2n ** 53n - 1n), 2 ** 53 - 1],
    ['L', int64(2n ** 63n - 1n), 2 ** 63],
    ['f', Buffer.from([0x3d, 0xcc, 0xcc, 0xcd]), 0.1],
    ['f', Buffer.from([0x7f, 0x80, 0, 0]), null],
    ['d', Buffer.from([0x3f, 0xb9, 0x99, 0x99, 0x99, 0x99, 0x99, 0x9a]), 0.1],
    ['d', Buffer.from([0x7f, 0xf8, 0, 0, 0, 0, 0, 0]), null],
    ['D', Buffer.from([2, 0, 0, 0x07, 0xcf]), 19.99],
    ['D', Buffer.from([3, 0xff, 0xff, 0xff, 0xff]), -0.001],
    ['D', Buffer.from([255, 0, 0, 0, 1]), 1e-255],
    ['S', longString('ë'), { bytes: [-61, -85] }],
    ['S', longString(''), { bytes: [] }],
    ['S', longString(Buffer.from([0xff, 0x00])), { bytes: [-1, 0] }],
    ['x', longString(Buffer.from([0, 128])), [0, -128]],
    ['T', int64(2021n), 'Jan 1, 1970, 12:33:41 AM'],
    ['T', int64(2n ** 62n), 'Sep 13, 275760, 12:00:00 AM'],
    ['V', Buffer.alloc(0), null],
    ['A', longString(Buffer.alloc(0)), []],
    ['A', longString(Buffer.concat([Buffer.from('V'), Buffer.from('t\x01')])), [null, true]],
    ['F', table(), {}],
    [
      'F',
      table(field('!', 'S', longString('timestamp')), field('value', 'B', Buffer.from([5]))),
      {
        '!': { bytes: [...Buffer.from('timestamp')] },
        value: 5,
      },
    ],
  ])('has a value of type %s', (type, bytes, inEvent) => {
    const headers = eventHeadersOf(
      field('before', 'B', Buffer.from([1])),
      field('it', type, bytes),
      field('after', 'V'),
    )

    expect(headers).toEqual({ before: 1, it: inEvent, after: null })
  })

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', ''])('has a value named %j', (name) => {
    const headers = eventHeadersOf(field(name, 'B', Buffer.from([7])), field('other', 'B', Buffer.from([8])))

    expect(Object.entries(headers as object)).toEqual([
      [name, 7],
      ['other', 8],
    ])
  })

  it('keeps the last of several values with one name', () => {
    expect(eventHeadersOf(field('a', 'B', Buffer.from([1])), field('a', 'B', Buffer.from([2])))).toEqual({ a: 2 })
  })
})

describe('unreadable properties', () => {
  const unknown = table(field('good', 'B', Buffer.from([1])), field('odd', '?'), field('lost', 'V'))

  it('keep the headers before an unknown type, and all other properties', () => {
    const bytes = propertiesOf(0x8000 | HEADERS | 0x1000, Buffer.from('\x04text'), unknown, Buffer.from([2]))

    expect(decodeProperties(bytes)).toEqual({
      properties: { contentType: 'text', headers: { good: 1 }, deliveryMode: 2 },
      problem: 'header "odd" has the unknown type "?"',
    })
  })

  it('keep what comes before a length that is too large', () => {
    const bytes = propertiesOf(0x8000 | 0x4000, Buffer.from('\x04text'), Buffer.from('\x09too short'.slice(0, 5)))

    expect(decodeProperties(bytes)).toEqual({ properties: { contentType: 'text' }, problem: 'ends too early' })
  })

  it('are headers with too many levels', () => {
    let nested = table()
    for (let level = 0; level < 1_000; level++) nested = table(field('n', 'F', nested))

    const { properties, problem } = decodeProperties(propertiesOf(HEADERS, nested))

    expect(properties).toEqual({ headers: {} })
    expect(problem).toContain('levels')
  })

  it('never throw, whatever the bytes are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const { properties } = decodeProperties(Buffer.from(bytes))
        const message = { fields: { redelivered: false, deliveryTag: 1 }, properties, content: Buffer.alloc(0) }
        expect(JSON.stringify(toRabbitMqEventMessage(message))).toBeTypeOf('string')
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('properties', () => {
  it('are all that AMQP has, in the order of their flags', () => {
    const short = (text: string) => Buffer.from(`${String.fromCharCode(text.length)}${text}`)
    const bytes = propertiesOf(
      0xfffc,
      short('type'),
      short('encoding'),
      table(field('at', 'T', int64(5n))),
      Buffer.from([2, 9]),
      ...['correlation', 'reply', '60000', 'id'].map(short),
      int64(2021n),
      ...['kind', 'user', 'app', 'cluster'].map(short),
    )

    expect(decodeProperties(bytes).properties).toEqual({
      contentType: 'type',
      contentEncoding: 'encoding',
      headers: { at: new AmqpTimestamp(5) },
      deliveryMode: 2,
      priority: 9,
      correlationId: 'correlation',
      replyTo: 'reply',
      expiration: '60000',
      messageId: 'id',
      timestamp: 2021,
      type: 'kind',
      userId: 'user',
      appId: 'app',
      clusterId: 'cluster',
    } satisfies AmqpProperties)
  })

  it('may be none', () => {
    expect(decodeProperties(Buffer.from([0, 0]))).toEqual({ properties: {} })
  })

  it('have flags that may continue', () => {
    const bytes = Buffer.concat([Buffer.from([0x10, 0x01, 0, 0]), Buffer.from([2])])

    expect(decodeProperties(bytes)).toEqual({ properties: { deliveryMode: 2 } })
  })
})
