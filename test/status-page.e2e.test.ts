import { MysqlDeadLetterStore } from '@ecommerce/adapters/mysql'
import { type DeadLetter, orderPlaced } from '@ecommerce/domain'
import { aDeadLetter, anAcceptedOrder } from '@ecommerce/testing'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { BROWSER_TIMEOUT_MS, openBrowser } from './browser'
import { bodyOf, uniqueWord } from './shop-client'
import { closeShop, openShop, useShop } from './use-shop'
import { overhang, type WatchedPage, watchPage } from './watched-page'

const SOON = { timeout: 15_000 }

const shop = useShop({}, 'host')
let browser: Browser
beforeAll(async () => {
  browser = await openBrowser()
}, BROWSER_TIMEOUT_MS)
afterAll(() => browser?.close())
beforeEach(discardAll)
afterEach(async () => {
  for (const context of browser.contexts()) await context.close()
})

/** The dead letters of other tests, so that the list of a test begins with its own. */
async function discardAll(): Promise<void> {
  for (;;) {
    const response = await shop.client.get('/dead-letters?status=open&limit=100')
    const { items } = bodyOf<{ items: readonly { id: string }[] }>(response, 200)
    if (items.length === 0) return
    for (const { id } of items) await shop.client.send('DELETE', `/dead-letters/${id}`)
  }
}

/** Opens the page and waits until it shows its first data. */
async function open(options: BrowserContextOptions = {}, url = shop.server.url): Promise<WatchedPage> {
  const watched = await watchPage(browser, options)
  // The clock runs by itself, and a test may advance it.
  await watched.page.clock.install()
  await watched.page.goto(`${url}/status`)
  await expect.poll(() => textOf(watched.page, '#pulse-text'), SOON).toBe('Live')
  return watched
}

async function textOf(page: Page, selector: string): Promise<string> {
  return (await page.locator(selector).textContent()) ?? ''
}

/** The cells of a channel's row by the headings of their columns. */
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
  it('sends requests only to its own shop, without any error', async () => {
    const { page, requests, errors } = await open()

    const { origin } = new URL(shop.server.url)
    expect(requests.filter((url) => !url.startsWith('data:')).map((url) => new URL(url).origin)).toEqual(
      requests.filter((url) => !url.startsWith('data:')).map(() => origin),
    )
    expect(errors).toEqual([])
    expect(await textOf(page, '#verdict-word')).toBe('Ready')
  })

  it('runs no other script, and cannot be framed', async () => {
    const { page, errors } = await open()

    await page
      .evaluate(`document.body.append(Object.assign(document.createElement('script'), { text: 'var ran = 1' }))`)
      .catch(() => {})
    await expect(page.evaluate(`document.body.innerHTML = '<p>x</p>'`)).rejects.toThrow('TrustedHTML')
    expect(await page.evaluate('typeof ran')).toBe('undefined')
    expect(errors.join()).toMatch(/Trusted|Content Security Policy/)
    const { headers } = await shop.client.get('/status')
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'")
  })

  it('counts an order soon after it was placed, with its commit latency', async () => {
    const product = await shop.client.createProduct({ stock: 5 })
    const { page } = await open()
    const count = async () => Number((await ordersOf(page, 'Synchronous')).confirmed?.replaceAll(',', ''))
    const before = await count()

    await shop.client.placeOrder([{ product_id: product.id, quantity: 1 }])
    await shop.client.placeOrder([{ product_id: product.id, quantity: 1 }])

    await expect.poll(count, SOON).toBe(before + 2)
    const row = await ordersOf(page, 'Synchronous')
    expect(Number(row['orders/s'])).toBeGreaterThan(0)
    expect(row['commit p99']).toMatch(/^[\d.,]+ (ms|s)$/)
    await expect.poll(() => textOf(page, '#requests'), SOON).toContain('POST /orders/sync')
  })

  it('shows backlogs, versions and charts', async () => {
    const { page } = await open()

    for (const where of ['Kafka topic orders', 'RabbitMQ queue orders', 'Outbox', 'MySQL pool']) {
      expect(await textOf(page, '#backlogs')).toContain(where)
    }
    expect(await textOf(page, '#versions')).toContain(process.version)
    expect(await textOf(page, '#durability')).toContain('publisher-confirms')
    const latency = await page.locator('#dependencies .trend-text').first().textContent()
    expect(latency).toMatch(/^latency: now [\d,]+, min [\d,]+, max [\d,]+ ms$/)
    expect(await textOf(page, '#backlogs')).toMatch(/backlog: now [\d,]+, min [\d,]+, max [\d,]+ messages/)
    expect(await page.locator('.chart canvas').count()).toBe(3)
    for (const chart of await page.locator('.chart').all()) {
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

    await page.locator('#letters .letter').first().waitFor()
    expect(await overhang(page)).toBe(0)
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe(ground)
  })

  it('switches between light and dark with a button', async () => {
    const { page } = await open({ colorScheme: 'light' })

    await page.getByRole('button', { name: 'Light / dark' }).click()

    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(16, 19, 24)')
  })

  it('polls while it is shown, and not while it is hidden', async () => {
    const { page, requests } = await open()
    const { length } = requests
    await page.clock.runFor(10_000)
    await expect.poll(() => requests.length, SOON).toBeGreaterThan(length + 3)
    const turn = (isHidden: boolean) =>
      page.evaluate(`Object.defineProperty(document, 'hidden', { value: ${isHidden}, configurable: true })
        document.dispatchEvent(new Event('visibilitychange'))`)

    await turn(true)
    await expect.poll(() => textOf(page, '#pulse-text'), SOON).toBe('Paused')
    const polled = requests.length
    await page.clock.runFor(60_000)
    expect(requests).toHaveLength(polled)

    await turn(false)
    await expect.poll(() => requests.length, SOON).toBeGreaterThan(polled)
    await expect.poll(() => textOf(page, '#pulse-text'), SOON).toBe('Live')
  })
})

describe('dead letters on the status page', () => {
  it('turn the verdict amber, with their number, until they are settled', async () => {
    await keep({ messageId: uniqueWord() })
    const letter = await keep({ messageId: uniqueWord() })
    const { page } = await open()
    const verdict = async () => [
      await page.locator('#verdict').getAttribute('data-tone'),
      await textOf(page, '#verdict-word'),
    ]
    await expect.poll(verdict, SOON).toEqual(['doubtful', '2 open dead letters'])

    await page.locator(`#discard-${letter.id}`).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Discard' }).click()
    await expect.poll(verdict, SOON).toEqual(['doubtful', '1 open dead letter'])

    await discardAll()
    await expect.poll(verdict, SOON).toEqual(['good', 'Ready'])
  })

  it('are five, and more on demand', async () => {
    for (let count = 0; count < 7; count += 1) await keep({ messageId: uniqueWord() })
    const { page } = await open()
    const letters = page.locator('#letters .letter')
    await expect.poll(() => letters.count(), SOON).toBe(5)
    // The number comes from a metric, which is measured at most once per second.
    await expect.poll(() => textOf(page, '#letters-summary'), SOON).toBe('The newest 5 of 7 open dead letters.')

    await page.getByRole('button', { name: 'Show more' }).click()

    await expect.poll(() => letters.count(), SOON).toBe(7)
    expect(await page.getByRole('button', { name: 'Show more' }).isVisible()).toBe(false)
  })
})

describe('a dead letter on the status page', () => {
  it('is readable without a replay: its cause, its origin, its headers and its body', async () => {
    const name = uniqueWord()
    const letter = await keep({
      broker: 'kafka',
      messageId: name,
      cause: { code: 'invalid-message', detail: 'A member is missing.' },
      headers: { 'event-type': 'order_placed' },
      body: Buffer.from('{"order":{"id":"order-1"}}'),
    })
    const { page } = await open()
    const item = page.locator('#letters .letter', { hasText: name })
    expect(await item.textContent()).toContain('A member is missing.')

    await item.locator('summary').click()

    await expect.poll(() => item.locator('pre').textContent(), SOON).toContain('"id": "order-1"')
    const facts = await item.locator('.facts').textContent()
    for (const text of [letter.id, name, `Kafka topic ${letter.source}`, 'order_placed']) expect(facts).toContain(text)
    await page.clock.runFor(10_000)
    expect(await item.locator('pre').isVisible()).toBe(true)
  })

  it('is shown as text, whatever it contains', async () => {
    const evil = '<img src=x onerror="window.ran=1"><b>'
    await keep({ messageId: `${evil}${uniqueWord()}`, cause: { code: 'odd', detail: evil }, body: Buffer.from(evil) })
    const { page, errors } = await open()

    const row = page.locator('#letters .letter', { hasText: evil }).first()
    await row.getByRole('button', { name: 'Discard' }).click()

    await expect.poll(() => textOf(page, '#dialog-body'), SOON).toBe(evil)
    expect(await page.locator('#letters img, #dialog img').count()).toBe(0)
    expect(await page.evaluate('window.ran')).toBeUndefined()
    expect(errors).toEqual([])
  })

  it('is replayed after confirmation, and the page says so', async () => {
    const { id, body, headers } = orderPlaced(
      anAcceptedOrder({ channel: 'rabbitmq', lines: [{ productId: 999_999_999, quantity: 1 }] }),
    )
    const letter = await keep({ broker: 'rabbitmq', messageId: id, body: Buffer.from(body), headers })
    const { page } = await open()

    await page.locator(`#replay-${letter.id}`).click()
    await expect.poll(() => textOf(page, '#dialog-body'), SOON).toContain(id)
    await page.getByRole('dialog').getByRole('button', { name: 'Replay' }).click()

    await expect
      .poll(() => textOf(page, '#letters-outcome'), SOON)
      .toBe(`${id} was replayed: the broker has confirmed it.`)
    await expect.poll(() => page.locator(`#replay-${letter.id}`).count(), SOON).toBe(0)
    expect(bodyOf(await shop.client.get(`/dead-letters/${letter.id}`), 200)).toMatchObject({ status: 'replayed' })
  })

  it('is discarded after confirmation, and kept after a cancel', async () => {
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

  it('that somebody else has settled meanwhile shows the error of the shop', async () => {
    const letter = await keep({ messageId: uniqueWord() })
    const { page } = await open()
    await page.locator(`#discard-${letter.id}`).click()
    await shop.client.send('DELETE', `/dead-letters/${letter.id}`)

    await page.getByRole('dialog').getByRole('button', { name: 'Discard' }).click()

    await expect.poll(() => textOf(page, '#letters-outcome'), SOON).toContain('could not be discarded: ')
  })
})

describe('the status page of a shop without its brokers', () => {
  it('says what is missing and why, and then that the shop does not respond', async () => {
    const withoutBrokers = await openShop(
      { KAFKA_BROKERS: '127.0.0.1:1', RABBITMQ_URL: 'amqp://guest:guest@127.0.0.1:1/' },
      'host',
    )
    const { page } = await open({}, withoutBrokers.server.url)

    await expect.poll(() => textOf(page, '#verdict-word'), SOON).toBe('Degraded')
    expect(await textOf(page, '#verdict-meaning')).toContain('Kafka and RabbitMQ do not respond.')
    expect(await textOf(page, '#dependencies')).toContain('ECONNREFUSED')
    expect(await textOf(page, '#backlogs')).toContain('unknown: Kafka does not respond')

    await closeShop(withoutBrokers)
    await expect.poll(() => textOf(page, '#verdict-word'), SOON).toBe('No response')
    expect(await textOf(page, '#pulse-text')).toMatch(/^Trying again in \d+ s$/)
  })
})
