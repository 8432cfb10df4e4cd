import type { RequestListener } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import type { LoadPlan, Sample } from '../load-plan'
import { examplePlan } from '../testing/example-plan'
import { accept, startTestShop } from '../testing/test-shop'
import { generate } from './generate'
import type { Progress } from './progress-meter'

async function shop(listener: RequestListener): Promise<string> {
  const { url, close } = await startTestShop(listener)
  onTestFinished(close)
  return url
}

async function run(changes: Partial<LoadPlan>, signal = new AbortController().signal) {
  const progress: Progress[] = []
  const generated = await generate(examplePlan(changes), { onProgress: (report) => progress.push(report), signal })
  return { ...generated, all: [...generated.samples], progress }
}

const endings = (samples: readonly Sample[]) => samples.map(({ outcome, cause }) => cause ?? outcome).sort()

test('several threads hold the rate together, including the warm-up', async () => {
  const url = await shop((_, response) => accept(response))
  const pace = { loop: 'open', arrivals: 'uniform', ratePerSecond: 500, durationMs: 1500 } as const
  const before = Date.now()
  const { all, samples, progress, startedAt } = await run({ url, pace, warmupMs: 500, workers: 2 })
  expect(samples.length).toBe(1000)
  expect(all.filter(({ dueUs }) => dueUs >= 0)).toHaveLength(750)
  expect(endings(all)).toEqual(Array(1000).fill('accepted'))
  expect(new Set(all.map(({ orderId }) => orderId)).size).toBe(1000)
  expect(new Set(all.map(({ dueUs }) => dueUs))).toEqual(
    new Set(Array.from({ length: 1000 }, (_, index) => index * 2000 - 500_000)),
  )
  // Never early. A test cannot check the delay, which depends on the machine.
  expect(all.every(({ dueUs, sentUs, doneUs }) => dueUs <= sentUs && sentUs <= doneUs)).toBe(true)
  expect(startedAt.getTime()).toBeGreaterThan(before + 500)
  expect(startedAt.getTime()).toBeLessThan(Date.now() - 1490)
  expect(progress.length).toBeGreaterThanOrEqual(2)
  expect(progress.at(-1)).toMatchObject({ offered: 1000, sent: 1000, accepted: 1000, failed: 0, inFlight: 0 })
  expect(progress[0]?.responseP50Ms).toBeGreaterThan(0)
})

test('a run that dropped requests is invalid, and says why', async () => {
  const url = await shop(() => undefined)
  const { health, progress } = await run({ url, maxInFlight: 8, workers: 2, timeoutMs: 1500 })
  expect(health).toMatchObject({ isValid: false, droppedShare: 0.92 })
  expect(progress.at(-1)).toMatchObject({ offered: 100, sent: 8, dropped: 92, failed: 8, inFlight: 0 })
})

test('a stop ends sending immediately, waits briefly for requests in flight, and returns the partial result', async () => {
  const stop = new AbortController()
  let requests = 0
  const url = await shop((_, response) => {
    if (++requests === 20) stop.abort()
    if (requests !== 10) setTimeout(() => accept(response), 100)
  })
  const pace = { loop: 'open', arrivals: 'poisson', ratePerSecond: 100, durationMs: 600_000 } as const
  const { all } = await run({ url, pace, timeoutMs: 600_000 }, stop.signal)
  expect(all.length).toBeGreaterThanOrEqual(20)
  expect(all.length).toBeLessThan(1000)
  expect(endings(all)).toEqual(['aborted', ...Array(all.length - 1).fill('accepted')].sort())
})

test('a stop before the start sends nothing, and the measurement is not valid', async () => {
  const { all, health } = await run({}, AbortSignal.abort())
  expect(all).toEqual([])
  expect(health).toMatchObject({ isValid: false, reason: 'no request was due after the warm-up' })
})

test('a closed loop ends when its clients have sent all their requests', async () => {
  const url = await shop((_, response) => accept(response))
  const { all } = await run({ url, pace: { loop: 'closed', clients: 4, requestsPerClient: 25 }, workers: 2 })
  expect(endings(all)).toEqual(Array(100).fill('accepted'))
})

test.each([
  { changes: { url: 'ftp://shop.example' }, reason: 'only http: and https:' },
  { changes: { url: 'http://user:secret@shop.example' }, reason: 'http://shop.example: the URL' },
  { changes: { connections: 0 }, reason: 'connections must be a whole number of at least 1' },
  { changes: { workers: 1.5 }, reason: 'workers must be a whole number' },
  {
    changes: { pace: { loop: 'open', arrivals: 'uniform', ratePerSecond: 0, durationMs: 1 } as const },
    reason: 'a rate and a duration above 0',
  },
  { changes: { pace: { loop: 'closed', clients: 1 } as const }, reason: 'a duration or a number of requests' },
  { changes: { traffic: { ...examplePlan().traffic, kinds: [] } }, reason: 'no kind of request has a weight' },
])('a plan that is not valid is rejected: $reason', async ({ changes, reason }) => {
  await expect(run(changes)).rejects.toThrow(reason)
})
