import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { useOrderCopies } from './order-copies'
import { readMetrics } from './read-metrics'
import { bodyOf, type Order, uniqueWord } from './shop-client'
import { type CollectedSpan, TraceCollector } from './trace-collector'
import { closeShop, openShop, type Shop, useShop } from './use-shop'

const SOON = { timeout: 30_000, interval: 50 }
const BROKERS = ['kafka', 'rabbitmq'] as const
const CHANNELS = ['sync', ...BROKERS] as const

const OWN_HEADERS = { kafka: ['message-id', 'accepted-at-us'], rabbitmq: ['accepted-at-us'] }

const pathOf = (channel: string) => (channel === 'sync' ? '/orders/sync' : `/orders/async/${channel}`)
const hex = (bytes: number) => randomBytes(bytes).toString('hex')

function aCallersSpan(flags = '01') {
  const [traceId, spanId] = [hex(16), hex(8)]
  return { traceId, spanId, traceparent: `00-${traceId}-${spanId}-${flags}` }
}

/** Sends an order and waits until it is placed. */
async function place(shop: Shop, channel: string, headers: Record<string, string> = {}): Promise<Order> {
  const { id: product_id } = await shop.client.createProduct({ stock: 10 })
  const order = { user_id: uniqueWord(), product_id, quantity: 1 }
  const { id } = bodyOf<Order>(await shop.client.post(pathOf(channel), order, headers), channel === 'sync' ? 201 : 202)
  await expect.poll(async () => (await shop.client.getOrder(id)).status, SOON).toBe('confirmed')
  return shop.client.getOrder(id)
}

describe('a traced shop', () => {
  let shop: Shop
  let collector: TraceCollector

  beforeAll(async () => {
    collector = await TraceCollector.start()
    const settings = {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_HEADERS: 'x-key=one%20two',
      OTEL_SERVICE_NAME: 'shop-under-test',
    }
    shop = await openShop(settings, 'host')
  })
  afterAll(async () => {
    await closeShop(shop)
    await collector.close()
  })

  /** The span of the statement that committed the order, once the collector has it. */
  async function commitOf(traceId: string): Promise<CollectedSpan> {
    const isCommit = ({ attributes }: CollectedSpan) => {
      const text = String(attributes['db.query.text'])
      return text.includes('INSERT INTO orders ') && text.endsWith('COMMIT')
    }
    const find = () => collector.ofTrace(traceId).find(isCommit)
    await expect.poll(find, SOON).toBeDefined()
    return find() as CollectedSpan
  }

  it.each([
    { channel: 'sync', ancestry: ['place order', 'POST /orders/sync'] },
    { channel: 'kafka', ancestry: ['place orders', 'process orders', 'send orders', 'POST /orders/async/kafka'] },
    {
      channel: 'rabbitmq',
      ancestry: ['place orders', 'process orders', 'send orders:order.placed', 'POST /orders/async/rabbitmq'],
    },
  ])('follows an order in the trace of the caller from the request to the commit: $channel', async (expected) => {
    const caller = aCallersSpan()

    const { id } = await place(shop, expected.channel, {
      traceparent: caller.traceparent,
      'x-request-id': aRequestId(),
    })

    const commit = await commitOf(caller.traceId)
    await expect.poll(() => collector.ancestry(commit).slice(1), SOON).toEqual(expected.ancestry)
    const spans = collector.byName(caller.traceId)
    expect(spans.get(`POST ${pathOf(expected.channel)}`)).toMatchObject({
      parentSpanId: caller.spanId,
      attributes: { 'http.response.status_code': expected.channel === 'sync' ? 201 : 202 },
    })
    const values = collector.ofTrace(caller.traceId).flatMap(({ attributes }) => Object.values(attributes))
    expect(values).toContain(id)
  })

  it.each(CHANNELS)('starts a trace when the caller has none: %s', async (channel) => {
    const requestId = aRequestId()

    await place(shop, channel, { 'x-request-id': requestId })

    const ofRequest = ({ attributes }: CollectedSpan) =>
      JSON.stringify(attributes['http.response.header.x-request-id'] ?? '').includes(requestId)
    const find = () => collector.spans.find(ofRequest)
    await expect.poll(find, SOON).toMatchObject({ name: `POST ${pathOf(channel)}`, parentSpanId: '' })
    const commit = await commitOf(find()?.traceId ?? '')
    await expect.poll(() => collector.ancestry(commit).at(-1), SOON).toBe(`POST ${pathOf(channel)}`)
  })

  it.each(CHANNELS)('records no span of a trace that the caller does not record: %s', async (channel) => {
    const unrecorded = aCallersSpan('00')
    const recorded = aCallersSpan()

    await place(shop, channel, { traceparent: unrecorded.traceparent })
    await place(shop, channel, { traceparent: recorded.traceparent })

    await commitOf(recorded.traceId)
    expect(collector.ofTrace(unrecorded.traceId)).toEqual([])
  })

  it('writes the trace id into the log lines', async () => {
    const caller = aCallersSpan()

    await place(shop, 'kafka', { traceparent: caller.traceparent })

    const lines = () =>
      shop.server.log
        .split('\n')
        .filter((line) => line.includes(caller.traceId))
        .map((line) => JSON.parse(line))
    await expect
      .poll(
        () =>
          lines()
            .map(({ msg }) => msg)
            .sort(),
        SOON,
      )
      .toEqual(['batch', 'request'])
    const [request] = lines()
    await expect
      .poll(() => collector.ofTrace(caller.traceId).map(({ spanId }) => spanId), SOON)
      .toContain(request.span_id)
  })

  it('does not trace health checks', async () => {
    const [probe, request] = [aCallersSpan(), aCallersSpan()]

    await shop.client.get('/ready', { traceparent: probe.traceparent })
    await place(shop, 'sync', { traceparent: request.traceparent })

    await commitOf(request.traceId)
    expect(collector.ofTrace(probe.traceId)).toEqual([])
  })

  it('keeps the relay of events out of the traces of the requests that started it', async () => {
    const caller = aCallersSpan()
    const pending = async () => (await readMetrics(shop.client)).value('ecommerce_outbox_pending_events')

    await place(shop, 'sync')
    await expect.poll(pending, SOON).toBe(0)

    // The spans of the relay were exported before the spans of this later order.
    await place(shop, 'sync', { traceparent: caller.traceparent })
    await commitOf(caller.traceId)
    const relays = collector.spans.filter(({ attributes }) => /FROM outbox/.test(String(attributes['db.query.text'])))
    // The sweep is a scheduled function with its own traces.
    for (const relay of relays) expect(collector.ancestry(relay).at(-1)).toMatch(/relay-outbox$/)
  })

  it('exports no user, value or body, and names its service', async () => {
    const caller = aCallersSpan()

    const { user_id } = await place(shop, 'rabbitmq', { traceparent: caller.traceparent })

    await commitOf(caller.traceId)
    expect(collector.text).not.toContain(user_id)
    expect(collector.resources[0]).toMatchObject({ 'service.name': 'shop-under-test', 'service.version': '0.1.0' })
    expect(collector.headers[0]).toMatchObject({ 'x-key': 'one two' })
  })
})

describe('a shop that is not traced', () => {
  const shop = useShop({}, 'host')
  const copies = useOrderCopies()

  it.each(BROKERS)('passes the trace of its caller on unchanged with the order: %s', async (broker) => {
    const { traceparent } = aCallersSpan()
    const tracestate = 'vendor=a,other=b'

    const { id } = await place(shop, broker, { traceparent, tracestate })

    expect(await copies[broker](id)).toMatchObject({ traceparent, tracestate })
  })

  it.each(BROKERS)('adds no trace when the caller sends none or an invalid one: %s', async (broker) => {
    const none = await place(shop, broker)
    const invalid = await place(shop, broker, { traceparent: `00-${'0'.repeat(32)}-${hex(8)}-01`, tracestate: 'a=b' })

    for (const { id } of [none, invalid]) expect(Object.keys(await copies[broker](id))).toEqual(OWN_HEADERS[broker])
  })

  it('writes no trace id into its log', async () => {
    await place(shop, 'sync', { traceparent: aCallersSpan().traceparent })

    await expect.poll(() => shop.server.log.includes('"route":"/orders/sync"'), SOON).toBe(true)
    expect(shop.server.log).not.toContain('trace_id')
  })
})

describe('a traced shop whose collector is down', () => {
  // Nothing listens on port 1.
  const shop = useShop({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' }, 'host')
  const warnings = () => shop.server.log.split('\n').filter((line) => line.includes('spans are lost'))

  it('still places orders, and logs once that spans are lost', async () => {
    for (const channel of CHANNELS) await place(shop, channel)
    await expect.poll(() => warnings().length, SOON).toBe(1)
    const linesBefore = shop.server.log.split('\n').length

    for (const channel of CHANNELS) await place(shop, channel)

    expect(warnings()).toHaveLength(1)
    const others = shop.server.log
      .split('\n')
      .slice(linesBefore)
      .filter((line) => /otel|opentelemetry|otlp/i.test(line))
    expect(others).toEqual([])
  })
})

function aRequestId(): string {
  return `request-${hex(8)}`
}
