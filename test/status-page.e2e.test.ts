import { MysqlDeadLetterStore } from '@ecommerce/adapters/mysql'
import { type DeadLetter, orderPlaced } from '@ecommerce/domain'
import { aDeadLetter, anAcceptedOrder } from '@ecommerce/testing'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { BROWSER_TIMEOUT_MS, openBrowser } from './browser'
import { bodyOf, uniqueWord } from './shop-client'
import { closeShop, openShop, useShop } from './use-shop'
import { overhang, type WatchedPage, watchPage } from './watched-page'

const SOON = { timeout: 15_000 }

const shop = useShop()
let browser: Browser
beforeAll(async () => {
  browser = await openBrowser()
}, BROWSER_TIMEOUT_MS)
afterAll(() => browser?.close())
afterEach(async () => {
  for (const context of browser.contexts()) await context.close()
})

/** The page, when it has shown its first answer. */
async function open(options: BrowserContextOptions = {}, url = shop.server.url): Promise<WatchedPage> {
  const watched = await watchPage(browser, options)
  // A clock that goes on by itself, and that a test may hurry.
  await watched.page.clock.install()
  await watched.page.goto(`${url}/status`)
  await expect.poll(() => textOf(watched.page, '#pulse-text'), SOON).toBe('Live')
  return watched
}

async function textOf(page: Page, selector: string): Promise<string> {
  return (await page.locator(selector).textContent()) ?? ''
}

/** The cells of a channel's row, by what they say they are. */
async function ordersOf(page: Page, channel: string): Promise<Record<string, string>> {
  const cells = await page.locator('#orders tr', { hasText: channel }).locator('td').all()
  const pairs = cells.map(async (cell) => [
    (await cell.getAttribute('data-label')) ?? '',
    (await cell.textContent()) ?? '',
  ])
  return Object.fromEntries(await Promise.all(pairs))
}

async function keep(overrides: Partial<DeadLetter> = {}): Promise<DeadLetter> {
  const letter = aDeadLetter(overrides)
  await new MysqlDeadLetterStore(shop.database).record([letter])
  return letter
}

describe('the status page', () => {
  it('asks nobody but its own shop, and complains of nothing', async () => {
    const { page, requests, complaints } = await open()

    const { origin } = new URL(shop.server.url)
    expect(requests.filter((url) => !url.startsWith('data:')).map((url) => new URL(url).origin)).toEqual(
      requests.filter((url) => !url.startsWith('data:')).map(() => origin),
    )
    expect(complaints).toEqual([])
    expect(await textOf(page, '#verdict-word')).toBe('Ready')
  })

  it('lets no other script run, and nobody frame it', async () => {
    const { page, complaints } = await open()

    await page
      .evaluate(`document.body.append(Object.assign(document.createElement('script'), { text: 'var ran = 1' }))`)
      .catch(() => {})
    await expect(page.evaluate(`document.body.innerHTML = '<p>x</p>'`)).rejects.toThrow('TrustedHTML')
    expect(await page.evaluate('typeof ran')).toBe('undefined')
    expect(complaints.join()).toMatch(/Trusted|Content Security Policy/)
    const { headers } = await shop.client.get('/status')
    expect(headers['content-security-policy']).toBe("frame-ancestors 'none'")
  })

  it('counts an order soon after it was placed, with how fast it was committed', async () => {
    const product = await shop.client.createProduct({ stock: 5 })
    const { page } = await open()
    const count = async () => Number((await ordersOf(page, 'Synchronous')).confirmed?.replaceAll(',', ''))
    const before = await count()

    await shop.client.placeOrder([{ product_id: product.id, quantity: 1 }])
    await shop.client.placeOrder([{ product_id: product.id, quantity: 1 }])

    await expect.poll(count, SOON).toBe(before + 2)
    const row = await ordersOf(page, 'Synchronous')
    expect(Number(row['orders/s'])).toBeGreaterThan(0)
    expect(row.p99).toMatch(/^[\d.]+ (ms|s)$/)
    await expect.poll(() => textOf(page, '#requests'), SOON).toContain('POST /orders/sync')
  })

  it('names what waits, and what runs', async () => {
    const { page } = await open()

    for (const where of ['Kafka topic orders', 'RabbitMQ queue orders', 'Outbox', 'MySQL pool']) {
      expect(await textOf(page, '#backlogs')).toContain(where)
    }
    expect(await textOf(page, '#versions')).toContain(process.version)
    expect(await textOf(page, '#durability')).toContain('publisher-confirms')
    expect(await page.locator('svg.plot').count()).toBe(3)
    for (const chart of await page.locator('svg.plot').all()) {
      expect(await chart.getAttribute('aria-label')).toMatch(/, now: .*Kafka .*RabbitMQ /)
    }
  })

  it.each([
    { width: 400, colorScheme: 'light' as const, ground: 'rgb(246, 245, 242)' },
    { width: 400, colorScheme: 'dark' as const, ground: 'rgb(16, 19, 24)' },
    { width: 1_400, colorScheme: 'dark' as const, ground: 'rgb(16, 19, 24)' },
  ])('fits $width pixels in $colorScheme', async ({ width, colorScheme, ground }) => {
    await keep({ messageId: uniqueWord().repeat(5), cause: { code: 'x'.repeat(64), detail: uniqueWord().repeat(10) } })

    const { page } = await open({ viewport: { width, height: 800 }, colorScheme })

    await page.locator('#letters tr').first().waitFor()
    expect(await overhang(page)).toBe(0)
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe(ground)
  })

  it('changes between light and dark when asked', async () => {
    const { page } = await open({ colorScheme: 'light' })

    await page.getByRole('button', { name: 'Switch between light and dark' }).click()

    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(16, 19, 24)')
  })

  it('asks again while it is shown, nothing while it is hidden', async () => {
    const { page, requests } = await open()
    const { length } = requests
    await page.clock.runFor(10_000)
    await expect.poll(() => requests.length, SOON).toBeGreaterThan(length + 3)
    const turn = (isHidden: boolean) =>
      page.evaluate(`Object.defineProperty(document, 'hidden', { value: ${isHidden}, configurable: true })
        document.dispatchEvent(new Event('visibilitychange'))`)

    await turn(true)
    await expect.poll(() => textOf(page, '#pulse-text'), SOON).toBe('Paused')
    const asked = requests.length
    await page.clock.runFor(60_000)
    expect(requests).toHaveLength(asked)

    await turn(false)
    await expect.poll(() => requests.length, SOON).toBeGreaterThan(asked)
    await expect.poll(() => textOf(page, '#pulse-text'), SOON).toBe('Live')
  })
})

describe('a dead letter on the status page', () => {
  it('is text, whatever it holds', async () => {
    const evil = '<img src=x onerror="window.ran=1"><b>'
    await keep({ messageId: `${evil}${uniqueWord()}`, cause: { code: 'odd', detail: evil }, body: Buffer.from(evil) })
    const { page, complaints } = await open()

    const row = page.locator('#letters tr', { hasText: evil }).first()
    await row.getByRole('button', { name: 'Discard' }).click()

    await expect.poll(() => textOf(page, '#dialog-body'), SOON).toBe(evil)
    expect(await page.locator('#letters img, #dialog img').count()).toBe(0)
    expect(await page.evaluate('window.ran')).toBeUndefined()
    expect(complaints).toEqual([])
  })

  it('is replayed after a yes, and says so', async () => {
    const { id, body, headers } = orderPlaced(
      anAcceptedOrder({ channel: 'rabbitmq', lines: [{ productId: 999_999_999, quantity: 1 }] }),
    )
    const letter = await keep({ broker: 'rabbitmq', messageId: id, body: Buffer.from(body), headers })
    const { page } = await open()

    await page.locator(`#replay-${letter.id}`).click()
    await expect.poll(() => textOf(page, '#dialog-body'), SOON).toContain(id)
    await page.getByRole('dialog').getByRole('button', { name: 'Replay' }).click()

    await expect.poll(() => textOf(page, '#letters-outcome'), SOON).toBe(`${id} was replayed: the broker has it.`)
    await expect.poll(() => page.locator(`#replay-${letter.id}`).count(), SOON).toBe(0)
    expect(bodyOf(await shop.client.get(`/dead-letters/${letter.id}`), 200)).toMatchObject({ status: 'replayed' })
  })

  it('is discarded after a yes, and left alone after a no', async () => {
    const letter = await keep({ messageId: uniqueWord() })
    const { page } = await open()
    const status = async () =>
      bodyOf<{ status: string }>(await shop.client.get(`/dead-letters/${letter.id}`), 200).status

    await page.locator(`#discard-${letter.id}`).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
    expect(await status()).toBe('open')

    await page.locator(`#discard-${letter.id}`).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Discard' }).click()
    await expect.poll(() => textOf(page, '#letters-outcome'), SOON).toContain('was discarded')
    expect(await status()).toBe('discarded')
  })

  it('that somebody else has settled meanwhile is refused in the words of the shop', async () => {
    const letter = await keep({ messageId: uniqueWord() })
    const { page } = await open()
    await page.locator(`#discard-${letter.id}`).click()
    await shop.client.send('DELETE', `/dead-letters/${letter.id}`)

    await page.getByRole('dialog').getByRole('button', { name: 'Discard' }).click()

    await expect.poll(() => textOf(page, '#letters-outcome'), SOON).toContain('was not settled: ')
  })
})

describe('the status page of a shop without its brokers', () => {
  it('says what is missing and why, and when the shop is gone too, that nobody answers', async () => {
    const lonely = await openShop({ KAFKA_BROKERS: '127.0.0.1:1', RABBITMQ_URL: 'amqp://guest:guest@127.0.0.1:1/' })
    const { page } = await open({}, lonely.server.url)

    await expect.poll(() => textOf(page, '#verdict-word'), SOON).toBe('Degraded')
    expect(await textOf(page, '#verdict-meaning')).toContain('Kafka and RabbitMQ do not answer.')
    expect(await textOf(page, '#dependencies')).toContain('ECONNREFUSED')
    expect(await textOf(page, '#backlogs')).toContain('not known: Kafka does not tell')

    await closeShop(lonely)
    await expect.poll(() => textOf(page, '#verdict-word'), SOON).toBe('No answer')
    expect(await textOf(page, '#pulse-text')).toMatch(/^Trying again in \d+ s$/)
  })
})
