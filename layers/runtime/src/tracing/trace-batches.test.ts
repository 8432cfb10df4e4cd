import { describe, expect, it } from 'vitest'
import type { ConsumedMessage } from '../consumers/consumed-message'
import { contextIn, createTestTracer, SPAN, TRACES } from './test-tracer'
import { traceBatches } from './trace-batches'

const [A, B] = TRACES

function aMessage(overrides: Partial<ConsumedMessage> = {}): ConsumedMessage {
  const body = Buffer.from('a body')
  return { broker: 'kafka', source: 'orders', position: '2-17', id: 'm1', key: 'ann', headers: {}, body, ...overrides }
}

describe('a traced batch', () => {
  it('with one message is a span in the trace of the message', async () => {
    const { tracer, spans } = createTestTracer()

    await traceBatches(tracer, async () => undefined)([aMessage({ headers: contextIn(A) })], undefined)

    expect(spans()).toMatchObject([{ name: 'process orders', kind: 4, traceId: A, parent: SPAN }])
    expect(spans()[0]?.attributes).toEqual({
      'messaging.system': 'kafka',
      'messaging.destination.name': 'orders',
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.message.id': 'm1',
      'messaging.destination.partition.id': '2',
      'messaging.kafka.offset': 17,
    })
  })

  it('with several messages has a span in the trace of each, and a span of its own', async () => {
    const { tracer, spans } = createTestTracer()
    const messages = [A, B].map((traceId) =>
      aMessage({ broker: 'rabbitmq', position: undefined, id: `of-${traceId}`, headers: contextIn(traceId) }),
    )

    await traceBatches(tracer, async () => undefined)(messages, undefined)

    const told = spans().map(({ name, traceId, attributes }) => [name, traceId, attributes['messaging.message.id']])
    expect(told).toEqual([
      ['batch orders', A, undefined],
      ['process orders', A, `of-${A}`],
      ['process orders', B, `of-${B}`],
    ])
    expect(spans()[0]?.attributes['messaging.batch.message_count']).toBe(2)
  })
})
