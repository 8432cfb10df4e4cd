import type { IncomingMessage, RequestListener } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, type TestContext, test } from 'vitest'
import type { LoadPlan, OpenPace, Sample } from '../load-plan'
import { examplePlan } from '../testing/example-plan'
import { accept, refuse, startTestShop, type TestShop } from '../testing/test-shop'
import { summarizeLatency } from './latency'
import { prepareShare } from './run-share'
import { Samples } from './samples'
import { monotonicMs } from './step-clock'

/** Sends on the thread of the test shop. */
async function run(changes: Partial<LoadPlan>, threads = 1): Promise<Sample[]> {
  const plan = examplePlan(changes)
  const zeroMs = monotonicMs() + plan.warmupMs
  const parts = await Promise.all(
    Array.from({ length: threads }, (_, thread) => {
      const start = prepareShare({ plan, thread, threads })
      return start(() => monotonicMs() - zeroMs, new AbortController().signal).samples
    }),
  )
  return [...new Samples(parts)]
}

async function shop({ onTestFinished }: TestContext, listener: RequestListener): Promise<TestShop> {
  const started = await startTestShop(listener)
  onTestFinished(started.close)
  return started
}

function open(ratePerSecond: number, durationMs: number, arrivals: OpenPace['arrivals'] = 'uniform'): OpenPace {
  return { loop: 'open', arrivals, ratePerSecond, durationMs }
}

function endings(samples: readonly Sample[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { outcome, cause } of samples) {
    const name = cause === undefined ? outcome : `${outcome}: ${cause}`
    counts[name] = (counts[name] ?? 0) + 1
  }
  return counts
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  return Buffer.concat(await request.toArray()).toString()
}

const responseMs = ({ doneUs, dueUs }: Sample) => (doneUs - dueUs) / 1000
const serviceMs = ({ doneUs, sentUs }: Sample) => (doneUs - sentUs) / 1000

describe.concurrent('an open loop', () => {
  test('includes a stall of the shop in the response times of all requests due in it, unlike service times', async (context) => {
    const { expect } = context
    const stallMs = 1000
    let stalledUntilMs = 0
    let requests = 0
    const { url } = await shop(context, async (_, response) => {
      if (++requests === 50) stalledUntilMs = performance.now() + stallMs
      await delay(Math.max(0, stalledUntilMs - performance.now()))
      accept(response)
    })
    const samples = await run({ url, pace: open(100, 2000), connections: 2 })
    const waitedLong = (ms: (sample: Sample) => number) => samples.filter((sample) => ms(sample) > stallMs / 2).length
    // The 50 requests that were due in the first half of the stall waited for more than half of it.
    expect(waitedLong(responseMs)).toBeGreaterThan(40)
    // Only the requests that were sent when it began, one per connection.
    expect(waitedLong(serviceMs)).toBeLessThanOrEqual(2)
    expect(endings(samples)).toEqual({ accepted: 200 })
  })

  test('measures known delays in its percentiles', async (context) => {
    const { expect } = context
    let requests = 0
    const { url } = await shop(context, async (_, response) => {
      await delay(++requests % 10 === 0 ? 1000 : 100)
      accept(response)
    })
    const samples = await run({ url, pace: open(100, 1000), connections: 50 })
    const service = summarizeLatency(samples.map((sample) => serviceMs(sample) * 1000))
    // A timer of the shop may fire 1 ms early by the clock of the generator.
    expect(service.p50Ms).toBeGreaterThanOrEqual(99)
    expect(service.p50Ms).toBeLessThan(999)
    expect(service.p95Ms).toBeGreaterThanOrEqual(999)
  })

  test('sends the same requests for the same seed, from any number of threads', async (context) => {
    const { expect } = context
    const received: string[][] = []
    const { url } = await shop(context, async (request, response) => {
      received.at(-1)?.push(`${request.method} ${request.url} ${await bodyOf(request)}`)
      accept(response)
    })
    const traffic = {
      ...examplePlan().traffic,
      products: [1, 2, 3].map((id) => ({ id, weight: id })),
      kinds: [
        { kind: 'order', weight: 3 },
        { kind: 'browse', weight: 1 },
      ],
      users: 1000,
    } as const
    for (const { seed, threads } of [
      { seed: 1, threads: 1 },
      { seed: 1, threads: 3 },
      { seed: 2, threads: 1 },
    ]) {
      received.push([])
      await run({ url: `${url}/stage/`, seed, pace: open(400, 500, 'poisson'), traffic }, threads)
    }
    const [first = [], second = [], other = []] = received.map((requests) => requests.sort())
    expect(first.length).toBeGreaterThan(100)
    expect(second).toEqual(first)
    expect(other).not.toEqual(first)
    expect(first.at(0)).toMatch(/^GET \/stage\/products\?/)
    expect(JSON.parse(first.at(-1)?.replace('POST /stage/orders/sync ', '') ?? '')).toEqual({
      user_id: expect.stringMatching(/^load-\d{1,3}$/),
      product_id: expect.any(Number),
      quantity: 1,
    })
  })

  test('counts failures by cause, and refusals separately', async (context) => {
    const { expect } = context
    let requests = 0
    const { url } = await shop(context, (request, response) => {
      const failure = requests++ % 8
      if (failure === 0) accept(response)
      else if (failure === 1) refuse(response, 409, 'insufficient-stock')
      else if (failure === 2) refuse(response, 422, 'unknown-product')
      else if (failure === 3) refuse(response, 422, 'invalid-input')
      else if (failure === 4) response.writeHead(500).end('<html>')
      else if (failure === 5) request.socket.destroy()
      else if (failure === 6) request.socket.write('what?\r\n')
    })
    const samples = await run({ url, pace: open(80, 1000), timeoutMs: 1000, connections: 40 })
    expect(endings(samples)).toEqual({
      accepted: 10,
      'refused: insufficient-stock': 10,
      'refused: unknown-product': 10,
      'failed: invalid-input': 10,
      'failed: 500': 10,
      'failed: connection': 10,
      'failed: protocol': 10,
      'failed: timeout': 10,
    })
  })

  test('follows its schedule when the shop dies, and fails the requests', async (context) => {
    const { expect } = context
    let requests = 0
    const started = await shop(context, (_, response) => {
      accept(response)
      if (++requests === 50) setImmediate(() => started.close())
    })
    const counts = endings(await run({ url: started.url, pace: open(100, 1500) }))
    expect(counts['failed: connection']).toBeGreaterThan(90)
    expect((counts['failed: connection'] ?? 0) + (counts.accepted ?? 0)).toBe(150)
  })

  test('drops and counts requests that are due while too many are in flight', async (context) => {
    const { expect } = context
    const { url } = await shop(context, () => undefined)
    const samples = await run({ url, pace: open(100, 1000), maxInFlight: 7, timeoutMs: 2000 }, 2)
    expect(endings(samples)).toEqual({ dropped: 93, 'failed: timeout': 7 })
  })

  test('reads and cancels known orders, each at most once, and sends orders while it knows none', async (context) => {
    const { expect } = context
    const given = new Set<string>()
    const cancelled: string[] = []
    const unknown: string[] = []
    const { url } = await shop(context, (request, response) => {
      const [, id, action] = /^\/orders\/(order-\d+)(\/cancel)?$/.exec(request.url ?? '') ?? []
      if (id === undefined) given.add(accept(response))
      else {
        if (!given.has(id)) unknown.push(id)
        if (action !== undefined) cancelled.push(id)
        response.end(JSON.stringify({ id, status: 'confirmed' }))
      }
    })
    const kinds = [
      { kind: 'status', weight: 1 },
      { kind: 'cancel', weight: 1 },
    ] as const
    const samples = await run({ url, pace: open(200, 1000), traffic: { ...examplePlan().traffic, kinds } })
    const ids = samples.filter(({ kind }) => kind === 'order').map(({ orderId }) => orderId)
    expect(endings(samples)).toEqual({ accepted: 200 })
    expect(unknown).toEqual([])
    expect(new Set(ids)).toEqual(given)
    expect(samples.filter(({ kind }) => kind === 'status').length).toBeGreaterThan(50)
    expect(cancelled).toHaveLength(samples.filter(({ kind }) => kind === 'cancel').length)
    expect(new Set(cancelled).size).toBe(cancelled.length)
  })
})

describe.concurrent('a closed loop', () => {
  test('lets each client send its number of requests, one at a time', async (context) => {
    const { expect } = context
    let inFlight = 0
    let most = 0
    const { url } = await shop(context, async (_, response) => {
      most = Math.max(most, ++inFlight)
      await delay(5)
      inFlight--
      accept(response)
    })
    const pace = { loop: 'closed', clients: 5, requestsPerClient: 20 } as const
    const samples = await run({ url, pace, warmupMs: 300 }, 2)
    expect(endings(samples.filter(({ dueUs }) => dueUs >= 0))).toEqual({ accepted: 100 })
    expect(samples.length).toBeGreaterThan(100)
    expect(most).toBe(5)
  })

  test('ends after its duration', async (context) => {
    const { expect } = context
    const { url } = await shop(context, (_, response) => setTimeout(() => accept(response), 20))
    const samples = await run({ url, pace: { loop: 'closed', clients: 2, durationMs: 500 } })
    expect(samples.length).toBeGreaterThan(4)
    expect(samples.length).toBeLessThanOrEqual(2 * (500 / 19 + 1))
    expect(samples.every(({ dueUs }) => dueUs >= 0 && dueUs < 500_000)).toBe(true)
  })

  test('does not spin if nobody listens', async (context) => {
    const { expect } = context
    const { url, close } = await shop(context, () => undefined)
    close()
    const samples = await run({ url, pace: { loop: 'closed', clients: 3, durationMs: 1000 } })
    expect(endings(samples)).toEqual({ 'failed: connection': samples.length })
    expect(samples.length).toBeLessThanOrEqual(33)
  })
})
