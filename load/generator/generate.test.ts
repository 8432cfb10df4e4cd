import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import type { LoadPlan, OpenPace, Sample } from '../load-plan'
import { examplePlan } from './example-plan'
import { type Generated, generate, type Progress } from './generate'
import { summarizeLatency } from './latency'

const opened: { close(): void }[] = []

afterEach(() => {
  for (const each of opened.splice(0)) each.close()
})

async function startServer(listener: RequestListener): Promise<{ url: string; close(): void }> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const close = () => {
    server.close()
    server.closeAllConnections()
  }
  opened.push({ close })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close }
}

let lastOrder = 0

function accept(response: ServerResponse): void {
  response.writeHead(201, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ id: `order-${++lastOrder}`, status: 'confirmed' }))
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/problem+json' })
  response.end(JSON.stringify({ type: `/problems/${code}`, title: 'No', status }))
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  return Buffer.concat(await request.toArray()).toString()
}

interface Run extends Generated {
  readonly all: readonly Sample[]
  /** After the warm-up. */
  readonly measured: readonly Sample[]
  readonly progress: readonly Progress[]
}

async function run(changes: Partial<LoadPlan>, signal = new AbortController().signal): Promise<Run> {
  const progress: Progress[] = []
  const generated = await generate(examplePlan(changes), { onProgress: (report) => progress.push(report), signal })
  const all = [...generated.samples]
  return { ...generated, all, measured: all.filter(({ dueUs }) => dueUs >= 0), progress }
}

function open(ratePerSecond: number, durationMs: number, arrivals: OpenPace['arrivals'] = 'uniform'): OpenPace {
  return { loop: 'open', arrivals, ratePerSecond, durationMs }
}

function causes(samples: readonly Sample[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { outcome, cause } of samples) {
    const name = cause === undefined ? outcome : `${outcome}: ${cause}`
    counts[name] = (counts[name] ?? 0) + 1
  }
  return counts
}

const responseMs = ({ doneUs, dueUs }: Sample) => (doneUs - dueUs) / 1000
const serviceMs = ({ doneUs, sentUs }: Sample) => (doneUs - sentUs) / 1000

describe('an open loop', () => {
  test('sends at its rate from several threads, warm-up included, and leaves that to be excluded', async () => {
    const { url } = await startServer((_, response) => accept(response))
    const { all, measured, progress, startedAt } = await run({
      url,
      pace: open(500, 1500),
      warmupMs: 500,
      workers: 2,
    })
    expect(all).toHaveLength(1000)
    expect(measured).toHaveLength(750)
    expect(causes(all)).toEqual({ accepted: 1000 })
    expect(new Set(all.map(({ orderId }) => orderId)).size).toBe(1000)
    expect(all.every(({ dueUs, sentUs, doneUs }) => dueUs <= sentUs && sentUs <= doneUs)).toBe(true)
    const sentOverMs =
      (Math.max(...all.map(({ sentUs }) => sentUs)) - Math.min(...all.map(({ dueUs }) => dueUs))) / 1000
    expect(sentOverMs).toBeGreaterThan(1990)
    expect(progress.at(-1)).toMatchObject({ offered: 1000, sent: 1000, accepted: 1000, failed: 0, inFlight: 0 })
    expect(Math.abs(Date.now() - startedAt.getTime())).toBeLessThan(60_000)
  })

  test('has as many Poisson arrivals as their schedule, within 1 % of the rate when there are many', async () => {
    const { url } = await startServer((_, response) => accept(response))
    const { measured } = await run({ url, pace: open(3000, 2000, 'poisson'), seed: 3, connections: 50 })
    expect(measured.length / 6000).toBeCloseTo(1, 1)
  })

  test('shows a stall of the server to all that were due in it, where service times do not', async () => {
    let stalledUntil = 0
    let requests = 0
    const stallMs = 1000
    const { url } = await startServer(async (_, response) => {
      if (++requests === 50) stalledUntil = performance.now() + stallMs
      await delay(Math.max(0, stalledUntil - performance.now()))
      accept(response)
    })
    const { measured } = await run({ url, pace: open(100, 2000), connections: 2 })
    const halfAStall = (ms: (sample: Sample) => number) => measured.filter((sample) => ms(sample) > stallMs / 2).length
    // What was due in the first half of the stall waited for more than the other half: 50 of 100 a second.
    expect(halfAStall(responseMs)).toBeGreaterThan(40)
    // Only what was under way when it began, one on each connection.
    expect(halfAStall(serviceMs)).toBeLessThanOrEqual(2)
    expect(causes(measured)).toEqual({ accepted: 200 })
  })

  test('shows known delays in its percentiles', async () => {
    let requests = 0
    const { url } = await startServer(async (_, response) => {
      await delay(++requests % 10 === 0 ? 300 : 100)
      accept(response)
    })
    const { measured } = await run({ url, pace: open(100, 2000), connections: 50 })
    const service = summarizeLatency(measured.map(serviceMs).map((ms) => ms * 1000))
    expect(service.p50Ms).toBeGreaterThanOrEqual(98)
    expect(service.p75Ms).toBeLessThan(290)
    expect(service.p95Ms).toBeGreaterThanOrEqual(298)
  })

  test('sends the same requests for the same seed', async () => {
    const bodies: string[][] = []
    const { url } = await startServer(async (request, response) => {
      bodies.at(-1)?.push(`${request.method} ${request.url} ${await bodyOf(request)}`)
      accept(response)
    })
    const { traffic } = examplePlan()
    const products = [1, 2, 3].map((id) => ({ id, weight: id }))
    const kinds = [
      { kind: 'order' as const, weight: 3 },
      { kind: 'browse' as const, weight: 1 },
    ]
    for (const { seed, workers } of [
      { seed: 1, workers: 1 },
      { seed: 1, workers: 3 },
      { seed: 2, workers: 1 },
    ]) {
      bodies.push([])
      const shop = { ...traffic, products, kinds, users: 1000 }
      await run({ url: `${url}/stage/`, seed, workers, pace: open(400, 500, 'poisson'), traffic: shop })
    }
    const [first = [], second = [], other = []] = bodies.map((sent) => sent.sort())
    expect(first.length).toBeGreaterThan(100)
    expect(second).toEqual(first)
    expect(other).not.toEqual(first)
    expect(first.at(0)).toMatch(/^GET \/stage\/products\?/)
    const order = JSON.parse(first.at(-1)?.replace('POST /stage/orders/sync ', '') ?? '')
    expect(order).toEqual({
      user_id: expect.stringMatching(/^load-\d{1,3}$/),
      product_id: expect.any(Number),
      quantity: 1,
    })
  })

  test('counts each way to fail by its cause, and refusals apart from failures', async () => {
    let requests = 0
    const { url } = await startServer((request, response) => {
      const kind = requests++ % 8
      if (kind === 0) accept(response)
      else if (kind === 1) refuse(response, 409, 'insufficient-stock')
      else if (kind === 2) refuse(response, 422, 'unknown-product')
      else if (kind === 3) refuse(response, 422, 'invalid-input')
      else if (kind === 4) response.writeHead(500).end('<html>')
      else if (kind === 5) request.socket.destroy()
      else if (kind === 6) request.socket.write('what?\r\n')
    })
    const { measured, progress } = await run({ url, pace: open(80, 1000), timeoutMs: 500, connections: 40 })
    expect(causes(measured)).toEqual({
      accepted: 10,
      'refused: insufficient-stock': 10,
      'refused: unknown-product': 10,
      'failed: invalid-input': 10,
      'failed: 500': 10,
      'failed: connection': 10,
      'failed: protocol': 10,
      'failed: timeout': 10,
    })
    expect(progress.at(-1)).toMatchObject({ offered: 80, accepted: 10, refused: 20, failed: 50, inFlight: 0 })
  })

  test('goes on by its schedule when the server dies, and fails what is due', async () => {
    let requests = 0
    const server = await startServer((_, response) => {
      accept(response)
      if (++requests === 50) setImmediate(() => server.close())
    })
    const { measured, health } = await run({ url: server.url, pace: open(100, 1500) })
    const counts = causes(measured)
    expect(measured).toHaveLength(150)
    expect(counts['failed: connection']).toBeGreaterThan(90)
    expect((counts['failed: connection'] ?? 0) + (counts.accepted ?? 0)).toBe(150)
    expect(health.cpuPercent).toBeLessThan(100)
  })

  test('drops and counts what is due while too many are in flight, and is invalid by that', async () => {
    const { url } = await startServer(() => undefined)
    const { measured, health, progress } = await run({
      url,
      pace: open(100, 1000),
      maxInFlight: 8,
      workers: 2,
      timeoutMs: 3000,
    })
    expect(causes(measured)).toEqual({ dropped: 92, 'failed: timeout': 8 })
    expect(health).toMatchObject({ isValid: false, droppedShare: 0.92 })
    expect(health.reason).toMatch(/92.00 % of the requests were dropped/)
    expect(progress.at(-1)).toMatchObject({ offered: 100, sent: 8, dropped: 92, failed: 8 })
  })

  test('stops at once when told to, waits a moment for what is in flight, and returns what there is', async () => {
    const stop = new AbortController()
    let requests = 0
    const { url } = await startServer((_, response) => {
      if (++requests === 20) stop.abort()
      if (requests === 10) return
      setTimeout(() => accept(response), 100)
    })
    const { all } = await run({ url, pace: open(100, 600_000), timeoutMs: 600_000 }, stop.signal)
    expect(all.length).toBeGreaterThanOrEqual(20)
    expect(all.length).toBeLessThan(1000)
    expect(causes(all)).toEqual({ accepted: all.length - 1, 'failed: aborted': 1 })
  })

  test('follows up and cancels orders it was given, each once at most, and orders while there is none', async () => {
    const given = new Set<string>()
    const cancelled: string[] = []
    const unknown: string[] = []
    const { url } = await startServer((request, response) => {
      const [, id, action] = /^\/orders\/(order-\d+)(\/cancel)?$/.exec(request.url ?? '') ?? []
      if (id !== undefined) {
        if (!given.has(id)) unknown.push(id)
        if (action !== undefined) cancelled.push(id)
        response.end(JSON.stringify({ id, status: 'confirmed' }))
      } else {
        accept(response)
        given.add(`order-${lastOrder}`)
      }
    })
    const kinds = [
      { kind: 'status', weight: 1 },
      { kind: 'cancel', weight: 1 },
    ] as const
    const { all } = await run({ url, pace: open(200, 1000), traffic: { ...examplePlan().traffic, kinds } })
    const orders = all.filter(({ kind }) => kind === 'order')
    expect(unknown).toEqual([])
    expect(causes(all)).toEqual({ accepted: 200 })
    expect(orders.length).toBe(given.size)
    expect(orders.every(({ orderId }) => orderId !== undefined && given.has(orderId))).toBe(true)
    expect(all.filter(({ kind }) => kind === 'status').length).toBeGreaterThan(50)
    expect(cancelled).toHaveLength(all.filter(({ kind }) => kind === 'cancel').length)
    expect(new Set(cancelled).size).toBe(cancelled.length)
  })
})

describe('a closed loop', () => {
  test('lets each client send as many as it should, one at a time', async () => {
    let under = 0
    let most = 0
    const { url } = await startServer(async (_, response) => {
      most = Math.max(most, ++under)
      await delay(5)
      under--
      accept(response)
    })
    const { measured, all } = await run({
      url,
      pace: { loop: 'closed', clients: 5, requestsPerClient: 20 },
      warmupMs: 300,
      workers: 2,
    })
    expect(causes(measured)).toEqual({ accepted: 100 })
    expect(all.length).toBeGreaterThan(100)
    expect(most).toBe(5)
  })

  test('ends by its time', async () => {
    const { url } = await startServer((_, response) => setTimeout(() => accept(response), 20))
    const { all, measured } = await run({ url, pace: { loop: 'closed', clients: 2, durationMs: 500 } })
    expect(measured.length).toBeGreaterThan(4)
    expect(measured.length).toBeLessThanOrEqual(52)
    expect(all).toEqual(measured)
  })

  test('does not spin when nobody listens', async () => {
    const server = await startServer(() => undefined)
    server.close()
    const { measured } = await run({ url: server.url, pace: { loop: 'closed', clients: 3, durationMs: 1000 } })
    expect(causes(measured)).toEqual({ 'failed: connection': measured.length })
    expect(measured.length).toBeLessThanOrEqual(33)
  })
})

test.each([
  { changes: { url: 'ftp://shop.example' }, reason: 'only http: and https:' },
  { changes: { url: 'http://user:secret@shop.example' }, reason: 'http://shop.example: the URL' },
  { changes: { connections: 0 }, reason: 'connections must be a whole number from 1 on' },
  { changes: { workers: 1.5 }, reason: 'workers must be a whole number' },
  { changes: { pace: open(0, 1000) }, reason: 'a rate and a duration above 0' },
  { changes: { pace: { loop: 'closed', clients: 1 } as const }, reason: 'a duration or a number of requests' },
  { changes: { traffic: { ...examplePlan().traffic, kinds: [] } }, reason: 'no kind of request has a weight' },
])('a plan that can not be carried out is refused: $reason', async ({ changes, reason }) => {
  await expect(run(changes)).rejects.toThrow(reason)
})
