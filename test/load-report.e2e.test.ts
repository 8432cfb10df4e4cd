import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { renderReport } from '../load/report/render-report'
import type { ChannelResult, Results } from '../load/results'
import { sampleResults } from '../load/testing/sample-results'
import { AXE_TIMEOUT_MS, seriousFindings, WINDOWS } from './axe'
import { BROWSER_TIMEOUT_MS, openBrowser } from './browser'
import { hasInk, overhang, pixelsOf, type WatchedPage, watchPage } from './watched-page'

const RESULTS = sampleResults({ withSaturation: true })
const COLORS = { sync: 'rgb(0, 114, 178)', kafka: 'rgb(213, 94, 0)', rabbitmq: 'rgb(0, 128, 95)' } as const

let browser: Browser
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'load-report-'))
  browser = await openBrowser()
}, BROWSER_TIMEOUT_MS)
afterAll(async () => {
  await browser?.close()
  await rm(folder, { recursive: true, force: true })
})

/** One page for all tests that only look at it: opening a report draws 19 charts. */
let watched: WatchedPage
beforeAll(async () => {
  watched = await open(RESULTS)
})

afterEach(async () => {
  for (const context of browser.contexts()) if (context !== watched.page.context()) await context.close()
})

describe('a report in a browser', () => {
  it('loads only itself, without any error', () => {
    const { page, requests, errors } = watched
    expect(requests).toEqual([page.url()])
    expect(errors).toEqual([])
  })

  it('draws every chart', async () => {
    const { page } = watched
    const charts = await page.locator('[data-chart]').all()
    // Two with percentile curves, five over time per channel, two of the saturation.
    expect(charts).toHaveLength(2 + 5 * 3 + 2)
    for (const chart of charts) {
      const channel = await chart.getAttribute('data-channel')
      const expected = channel === null ? Object.values(COLORS) : [COLORS[channel as keyof typeof COLORS]]
      for (const color of expected) {
        expect(await hasInk(chart, color), `${await chart.getAttribute('aria-label')} in ${color}`).toBe(true)
      }
    }
  })

  it('shows in the legend of its first figure the marker of each channel', async () => {
    const { page } = watched
    const marks = page.locator('[data-chart=curve-response] .u-legend .mark-marker')
    expect(await marks.count()).toBe(3)
    expect(new Set(await marks.evaluateAll((all) => all.map((each) => each.getAttribute('d')))).size).toBe(3)
  })

  it('jumps to a section, whose heading is then below the contents', async () => {
    const { page } = await open(RESULTS)
    await page.emulateMedia({ reducedMotion: 'reduce' })
    await page.getByRole('navigation', { name: 'Contents' }).getByRole('link', { name: 'Limitations' }).click()
    const top = (selector: string) => page.locator(selector).evaluate((each) => each.getBoundingClientRect())
    const [heading, contents] = [await top('#limitations'), await top('.contents')]
    expect(contents.top).toBe(0)
    expect(heading.top).toBeGreaterThanOrEqual(contents.bottom)
    expect(heading.bottom).toBeLessThanOrEqual(900)
  })

  it('shows the numbers of the results in its summary', async () => {
    const { page } = watched
    const row = (group: string, name: string) => numbersIn(summaryRow(page, group, name))
    const of = (value: (channel: ChannelResult) => number | undefined) => RESULTS.channels.map(value)
    expect(await row('Throughput', 'offered')).toEqual(of(({ rates }) => rates.offeredPerSecond))
    expect(await row('Throughput', 'accepted')).toEqual(of(({ rates }) => rates.acceptedPerSecond))
    expect(await row('Throughput', 'committed')).toEqual(of(({ rates }) => rates.committedPerSecond))
    for (const [group, kind] of [
      ['Response', 'response'],
      ['Commit', 'commit'],
    ] as const) {
      expect(await row(group, 'p50')).toEqual(of(({ latencies }) => latencies[kind].p50Ms))
      expect(await row(group, 'p95')).toEqual(of(({ latencies }) => latencies[kind].p95Ms))
      expect(await row(group, 'p99')).toEqual(of(({ latencies }) => latencies[kind].p99Ms))
      expect(await row(group, 'p99.9')).toEqual(of(({ latencies }) => latencies[kind].p999Ms))
    }
    expect(await row('Requests', 'failed')).toEqual(of(({ requests }) => requests.failed))
    expect(await row('Backlog', 'maximum')).toEqual(of(({ maxBacklog }) => maxBacklog))
    expect(await row('Backlog', 'drain time')).toEqual(of(({ drainMs }) => drainMs))
  })

  it('formats numbers without changing their value', async () => {
    const { page } = watched
    const numbers = await page.locator('table data').all()
    expect(numbers.length).toBeGreaterThan(200)
    for (const [value, text] of await page.evaluate<[number, string][]>(
      `[...document.querySelectorAll('.summary data')].map((each) => [Number(each.value), each.textContent])`,
    )) {
      const shown = Number(text.replace(/[^\d.]/g, ''))
      const unit = text.endsWith(' s') ? 1000 : 1
      expect(Math.abs(shown * unit - value), `${value} shown as ${text}`).toBeLessThanOrEqual(0.5 + value * 0.005)
    }
  })

  it('shows the reconciliation of the orders and of all products', async () => {
    const { page } = watched
    const { orders, products } = RESULTS.reconciliation
    const rows = page.locator('section[aria-labelledby=reconciliation] tbody tr')
    expect(await rows.count()).toBe(orders.length + products.length)
    for (const [index, balance] of orders.entries()) {
      const { accepted, confirmed, rejected, deadLettered, missing, doubled, withoutResponse } = balance
      const expected = [accepted, confirmed, rejected, deadLettered, missing, doubled, withoutResponse]
      expect(await numbersIn(rows.nth(index))).toEqual(expected)
    }
  })

  it('draws another repetition when the reader chooses it', async () => {
    const { page, errors } = await open(RESULTS)
    const pixels = () => pixelsOf(page.locator('[data-chart=throughput][data-channel=kafka]'))
    const before = await pixels()
    await page.getByRole('radio', { name: '2', exact: true }).check()
    await expect.poll(async () => (await pixels()) === before).toBe(false)
    expect(errors).toEqual([])
  })

  it('offers its data as a download', async () => {
    const { page } = watched
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('#download')])
    expect(download.suggestedFilename()).toBe(`${RESULTS.run.id}.json`)
    expect(JSON.parse(await readFile(await download.path(), 'utf8'))).toEqual(RESULTS)
  })

  it(
    'fits windows of all widths in light and dark, without serious findings of axe',
    async () => {
      const { page, errors } = await open(RESULTS)
      for (const fold of await page.locator('summary').all()) await fold.click()
      for (const { width, colorScheme, isExamined } of WINDOWS) {
        await page.setViewportSize({ width, height: 900 })
        await page.emulateMedia({ colorScheme })
        const window = `${width} pixels, ${colorScheme}`
        await expect.poll(() => overhang(page), { message: window }).toBeLessThanOrEqual(0)
        if (isExamined) expect(await seriousFindings(page), window).toEqual([])
      }
      expect(errors).toEqual([])
    },
    AXE_TIMEOUT_MS,
  )

  it.each([
    [1400, 3],
    [720, 3],
    [400, 1],
  ])('shows the objectives of a window of %d pixels in %d columns', async (width, columns) => {
    const { page } = await open(RESULTS, { viewport: { width, height: 900 } })
    const lefts = await page.evaluate<number[]>(
      `[...document.querySelectorAll('.objective-columns li')].map((each) => each.getBoundingClientRect().left)`,
    )
    expect(lefts).toHaveLength(9)
    expect(new Set(lefts).size).toBe(columns)
  })

  it('switches between dark and light with a button', async () => {
    const { page } = await open(RESULTS, { colorScheme: 'light' })
    const chart = page.locator('[data-chart=curve-response]')
    await page.click('#theme')
    expect(await hasInk(chart, 'rgb(86, 180, 233)')).toBe(true)
    await page.click('#theme')
    expect(await hasInk(chart, COLORS.sync)).toBe(true)
  })

  it('prints its charts in light colours and in the width of the paper', async () => {
    const { page, errors } = await open(RESULTS, { colorScheme: 'dark' })
    await page.evaluate("dispatchEvent(new Event('beforeprint'))")
    const widths = await page.evaluate<number[]>(
      `[...document.querySelectorAll('canvas')].map((each) => each.clientWidth)`,
    )
    expect(Math.max(...widths)).toBeLessThanOrEqual(720)
    expect(await hasInk(page.locator('[data-chart=curve-response]'), COLORS.sync)).toBe(true)
    // A row for every product would fill pages with zeros. Products that do not balance have their own table.
    expect(await page.locator('details:not([open], .screen-only)').count()).toBe(0)
    expect((await page.pdf({ format: 'A4' })).length).toBeGreaterThan(20_000)
    expect(errors).toEqual([])
  })

  it('shows verdict, tables and the summaries of the charts without scripts', async () => {
    const { page } = await open(RESULTS, { javaScriptEnabled: false })
    expect(await page.getByText('PASS', { exact: true }).isVisible()).toBe(true)
    expect(await page.locator('noscript .notice').isVisible()).toBe(true)
    expect(await page.locator('.summary').isVisible()).toBe(true)
    expect(await page.getByText('maximum').first().isVisible()).toBe(true)
    expect(await page.locator('#download').isVisible()).toBe(false)
  })
})

describe('a report of an unusual run', () => {
  it.each<[string, Results]>([
    ['nothing was measured', { ...RESULTS, channels: [], steps: [] }],
    ['one channel was measured', sampleResults({ channels: ['rabbitmq'], repetitions: 1 })],
    ['no second was recorded', { ...RESULTS, steps: RESULTS.steps.map((step) => ({ ...step, series: [] })) }],
    ['the text is hostile', { ...RESULTS, limitations: ['</script><script>throw new Error("run")</script>'] }],
  ])('shows no error if %s', async (_, results) => {
    const { page, requests, errors } = await open(results)
    expect(await page.locator('.verdict').isVisible()).toBe(true)
    expect(requests).toHaveLength(1)
    expect(errors).toEqual([])
  })
})

async function open(results: Results, options: Parameters<typeof watchPage>[1] = {}): Promise<WatchedPage> {
  const path = join(folder, 'report.html')
  await writeFile(path, await renderReport(results))
  const watched = await watchPage(browser, { colorScheme: 'light', ...options })
  await watched.page.goto(pathToFileURL(path).href)
  return watched
}

function summaryRow(page: Page, group: string, name: string): Locator {
  const body = page.locator('.summary tbody').filter({ has: page.locator('.group', { hasText: group }) })
  return body.locator('tr:not(.group)').filter({ has: page.locator('th', { hasText: new RegExp(`^${name}( |$)`) }) })
}

/** The exact numbers of a row, without those of the range. */
async function numbersIn(row: Locator): Promise<number[]> {
  const values = await row.locator('data:not(.range data)').all()
  return Promise.all(values.map(async (value) => Number(await value.getAttribute('value'))))
}
