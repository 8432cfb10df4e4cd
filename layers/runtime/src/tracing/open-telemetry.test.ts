import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createOtlpTracer } from './open-telemetry'

const options = {
  serviceName: 'test',
  serviceVersion: '0',
  instanceId: 'one',
  sampledShare: 1,
  flushEachInvocation: false,
}
const span = { name: 'work', kind: 'internal' as const, mayBegin: true as const }
const nothing = async () => undefined

/** A collector that responds as the test says, and counts the spans that it receives. */
async function aCollector(status: number) {
  const state = { status, spans: 0 }
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const sent = JSON.parse(Buffer.concat(chunks).toString())
    state.spans += sent.resourceSpans[0].scopeSpans[0].spans.length
    response.writeHead(state.status, { 'content-type': 'application/json' }).end('{}')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return { state, endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` }
}

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

describe('spans for a collector', () => {
  it('are all sent when the tracer is closed', async () => {
    const { state, endpoint } = await aCollector(200)
    const onFailure = vi.fn()
    const tracer = createOtlpTracer({ ...options, endpoint, onFailure })

    for (let each = 0; each < 1_000; each++) await tracer.inSpan(span, nothing)
    await tracer.close()

    expect(state.spans).toBe(1_000)
    expect(onFailure).not.toHaveBeenCalled()
  })

  it('are sent at the end of each invocation where the process may be frozen', async () => {
    const { state, endpoint } = await aCollector(200)
    const tracer = createOtlpTracer({ ...options, flushEachInvocation: true, endpoint, onFailure: vi.fn() })

    await tracer.inSpan(span, nothing)
    await tracer.invocationEnded()

    expect(state.spans).toBe(1)
  })

  it('are reported once when it refuses them, until it has accepted some', async () => {
    const { state, endpoint } = await aCollector(400)
    const onFailure = vi.fn()
    const tracer = createOtlpTracer({ ...options, flushEachInvocation: true, endpoint, onFailure })
    const send = async () => {
      await tracer.inSpan(span, nothing)
      await tracer.invocationEnded()
    }

    await send()
    await send()
    expect(onFailure).toHaveBeenCalledOnce()

    state.status = 200
    await send()
    state.status = 400
    await send()
    expect(onFailure).toHaveBeenCalledTimes(2)
  })

  it('are kept in a bounded number while it is unavailable', async () => {
    const { state, endpoint } = await aCollector(503)
    const tracer = createOtlpTracer({ ...options, endpoint, onFailure: vi.fn() })

    for (let each = 0; each < 20_000; each++) await tracer.inSpan(span, nothing)
    state.status = 200
    await tracer.close()

    // The queued spans, and the batch that is being sent.
    expect(state.spans).toBeLessThanOrEqual(4_096 + 512)
    expect(state.spans).toBeGreaterThan(0)
  })
})
