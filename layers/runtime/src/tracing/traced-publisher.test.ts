import { orderPlaced, readTraceContext } from '@ecommerce/domain'
import { anAcceptedOrder, FakePublisher } from '@ecommerce/testing'
import { describe, expect, it } from 'vitest'
import { contextIn, createTestTracer, SPAN, TRACES } from './test-tracer'
import { TracedPublisher } from './traced-publisher'

const [A, B] = TRACES

function setUp() {
  const { tracer, spans } = createTestTracer()
  const broker = new FakePublisher()
  const publisher = new TracedPublisher(broker, tracer, { broker: 'kafka', destination: 'orders' })
  const inTrace = (traceId: string, work: () => Promise<unknown>) =>
    tracer.inSpan({ name: 'request', kind: 'server', parent: contextIn(traceId) }, work)
  return { tracer, spans, broker, publisher, inTrace }
}

describe('a traced publisher', () => {
  it('sends the message with the context of a span of its own, inside the span of the caller', async () => {
    const { publisher, broker, spans, inTrace } = setUp()

    await inTrace(A, () => publisher.publish(orderPlaced(anAcceptedOrder(), contextIn(A))))

    const [send, request] = spans()
    expect(send).toMatchObject({ name: 'send orders', kind: 3, traceId: A, parent: request?.spanId })
    expect(readTraceContext(broker.published[0]?.headers ?? {})).toEqual({ traceparent: `00-${A}-${send?.spanId}-01` })
    expect(broker.published[0]?.headers).toHaveProperty('accepted-at-us')
  })

  it('keeps a message in the trace that it has already, and links to the caller', async () => {
    const { publisher, spans, inTrace } = setUp()

    await inTrace(B, () => publisher.publish(orderPlaced(anAcceptedOrder(), contextIn(A))))

    const [send, replay] = spans()
    expect(send).toMatchObject({ traceId: A, parent: SPAN, links: [replay?.spanId] })
  })

  it('sends a message unchanged when its trace is not recorded', async () => {
    const { publisher, broker, tracer, spans } = setUp()
    const trace = contextIn(A, '00')
    const message = orderPlaced(anAcceptedOrder(), trace)

    await tracer.inSpan({ name: 'request', kind: 'server', parent: trace }, () => publisher.publish(message))
    await publisher.publish(orderPlaced(anAcceptedOrder()))

    expect(broker.published.map(({ headers }) => readTraceContext(headers))).toEqual([trace, undefined])
    expect(spans()).toEqual([])
  })

  it('has a failed span when the broker is unavailable', async () => {
    const { publisher, broker, spans } = setUp()
    broker.isDown = true

    await expect(publisher.publish(orderPlaced(anAcceptedOrder(), contextIn(A)))).rejects.toThrow()

    expect(spans()).toMatchObject([{ hasFailed: true, attributes: { 'error.type': 'unavailable' } }])
  })
})
