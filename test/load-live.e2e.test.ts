import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { LivePageError, openLivePage } from '../load/live/live-page'
import type { LiveProgress, LiveView } from '../load/live/live-view'
import type { PlannedStep } from '../load/load-plan'
import { sampleResults } from '../load/testing/sample-results'
import { AXE_TIMEOUT_MS, seriousFindings, WINDOWS } from './axe'
import { BROWSER_TIMEOUT_MS, openBrowser } from './browser'
import { hasInk, overhang, watchPage } from './watched-page'

const RESULTS = sampleResults({ channels: ['kafka', 'rabbitmq'], repetitions: 1 })
const KAFKA = 'rgb(213, 94, 0)'

let browser: Browser
beforeAll(async () => {
  browser = await openBrowser()
}, BROWSER_TIMEOUT_MS)
afterAll(() => browser?.close())

type LivePage = Awaited<ReturnType<typeof openLivePage>>

const pages: LivePage[] = []
afterEach(async () => {
  for (const page of pages.splice(0)) await page.close()
})

describe('the live page', () => {
  it('shows the running step, and sends requests only to its own server', async () => {
    const live = await openPage()
    const { page, requests, errors } = await watchPage(browser, { colorScheme: 'light' })
    await page.goto(live.url)
    begin(live)
    for (let second = 1; second <= 20; second += 1) live.progress(secondOf(second))
    await page.getByText('Kafka 1', { exact: true }).first().waitFor()
    await page.getByText('417/s').first().waitFor()
    for (const chart of ['throughput', 'latency', 'backlog']) {
      await expect.poll(() => hasInk(page.locator(`[data-chart=${chart}]`), KAFKA), { message: chart }).toBe(true)
    }
    expect(requests.every((url) => url.startsWith(live.url))).toBe(true)
    expect(errors).toEqual([])
    await page.close()
  })

  it('shows a late viewer what happened before', async () => {
    const live = await openPage()
    begin(live)
    for (let second = 1; second <= 20; second += 1) live.progress(secondOf(second))
    for (const step of RESULTS.steps.slice(0, 1)) live.stepEnded(step)
    const { page } = await watchPage(browser, { viewport: { width: 400, height: 900 }, colorScheme: 'light' })
    await page.goto(live.url)
    await page.locator('#results tr', { hasText: 'done' }).waitFor()
    await expect.poll(() => hasInk(page.locator('[data-chart=backlog]'), KAFKA)).toBe(true)
    expect(await overhang(page)).toBeLessThanOrEqual(0)
    await page.close()
  })

  it('says why a step is not valid, while it runs and after it', async () => {
    const live = await openPage()
    const { page } = await watchPage(browser, { colorScheme: 'light' })
    await page.goto(live.url)
    begin(live)
    const reason = 'the generator sent requests late: p99 of the send delay 80.0 ms (limit: 10.0 ms)'
    live.progress({
      ...secondOf(6),
      health: { sendDelayP99Ms: 80, eventLoopP99Ms: 1, droppedShare: 0, reason },
    })
    await page.locator('#invalid', { hasText: `invalid so far: ${reason}` }).waitFor()
    expect(await page.locator('#results tr', { hasText: 'running' }).textContent()).toContain(reason)
    expect(await page.locator('#now div', { hasText: 'send delay p99' }).textContent()).toContain('80.0 ms')

    for (const step of RESULTS.steps.slice(0, 1)) {
      live.stepEnded({ ...step, generator: { ...step.generator, isValid: false, reason } })
    }
    await page.locator('#results tr', { hasText: `invalid${reason}` }).waitFor()
    await page.close()
  })

  it(
    'fits windows of all widths in light and dark, without serious findings of axe',
    async () => {
      const live = await openPage()
      begin(live)
      for (let second = 1; second <= 20; second += 1) live.progress(secondOf(second))
      const { page, errors } = await watchPage(browser)
      await page.goto(live.url)
      await page.locator('canvas').first().waitFor()
      for (const { width, colorScheme, isExamined } of WINDOWS) {
        await page.setViewportSize({ width, height: 900 })
        await page.emulateMedia({ colorScheme })
        const window = `${width} pixels, ${colorScheme}`
        await expect.poll(() => overhang(page), { message: window }).toBeLessThanOrEqual(0)
        if (isExamined) expect(await seriousFindings(page), window).toEqual([])
      }
      expect(errors).toEqual([])
      await page.close()
    },
    AXE_TIMEOUT_MS,
  )

  it('opens the report when the run has ended, although the port is closed immediately', async () => {
    const live = await openPage()
    const { page, errors } = await watchPage(browser, { colorScheme: 'light' })
    await page.goto(live.url)
    begin(live)
    await page.getByText('Kafka 1', { exact: true }).first().waitFor()
    live.ended(RESULTS, undefined)
    await live.close()
    await page.getByText(RESULTS.verdict.headline).waitFor()
    expect(await hasInk(page.locator('[data-chart=curve-commit]'), KAFKA)).toBe(true)
    expect(errors).toEqual([])
    await expect(fetch(live.url)).rejects.toThrow()
    await page.close()
  })

  it('has no report before the end of the run, and no other paths', async () => {
    const live = await openPage()
    expect((await fetch(new URL('/report', live.url))).status).toBe(404)
    expect((await fetch(new URL('/etc/passwd', live.url))).status).toBe(404)
    expect((await fetch(live.url, { method: 'POST' })).status).toBe(405)
    live.ended(RESULTS, undefined)
    const report = await fetch(new URL('/report', live.url))
    expect(report.status).toBe(200)
    expect(await report.text()).toContain(RESULTS.verdict.headline)
  })

  it('says in one line that its port is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const address = other.address()
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0
    const error = await openLivePage(port).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(LivePageError)
    expect(error).toMatchObject({ code: 'live_page_unavailable', message: `port ${port} is in use` })
    other.close()
  })

  it('does not keep a process alive, even with viewers', async () => {
    const program = `
      import { once } from 'node:events'
      import { openLivePage } from './load/live/live-page'
      console.log((await openLivePage(0)).url)
      await once(process.stdin, 'data')
      process.stdin.destroy()`
    const flags = ['--import', 'tsx', '--input-type=module', '--eval', program]
    const child = spawn(process.execPath, flags, { timeout: 20_000, stdio: ['pipe', 'pipe', 'inherit'] })
    const exited = once(child, 'exit')
    const [printed] = await once(child.stdout, 'data')
    const viewer = await fetch(new URL('/events', String(printed).trim()))
    expect(viewer.status).toBe(200)
    child.stdin.write('end\n')
    expect(await exited).toEqual([0, null])
  })
})

async function openPage(): Promise<LivePage> {
  const page = await openLivePage(0)
  pages.push(page)
  return page
}

function begin(view: LiveView): void {
  const steps = RESULTS.steps.map(
    ({ name, channel, repetition, warmupMs, measuredMs }): PlannedStep => ({
      name,
      channel,
      repetition,
      arrivals: 'poisson',
      ratePerSecond: 400,
      warmupMs,
      measuredMs,
    }),
  )
  view.plan({ runId: 'r1', profile: 'standard', baseUrl: 'http://127.0.0.1:3000', steps })
  for (const step of steps.slice(0, 1)) view.stepStarted(step)
}

function secondOf(second: number): LiveProgress {
  return {
    name: 'kafka 1',
    phase: second <= 5 ? 'warm-up' : 'measured',
    elapsedMs: second * 1000,
    offered: 417,
    accepted: 417,
    refused: 0,
    failed: 0,
    dropped: 0,
    inFlight: 3,
    responseP50Ms: 2.5 + (second % 3),
    responseP99Ms: 9 + (second % 5),
    backlog: second * 10,
  }
}
