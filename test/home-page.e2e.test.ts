import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { BROWSER_TIMEOUT_MS, openBrowser } from './browser'
import { bodyOf, type Order, type Product, uniqueWord } from './shop-client'
import { closeShop, openShop, type Shop, useShop } from './use-shop'
import { type WatchedPage, watchPage } from './watched-page'

const SOON = { timeout: 20_000 }
const CHANNELS = ['sync', 'kafka', 'rabbitmq'] as const
type Channel = (typeof CHANNELS)[number]

const shop = useShop({}, 'host')
let browser: Browser
beforeAll(async () => {
  browser = await openBrowser()
}, BROWSER_TIMEOUT_MS)
afterAll(() => browser?.close())
afterEach(async () => {
  for (const context of browser.contexts()) await context.close()
})

/** Opens the page of a shop whose catalogue has these products. All other requests go to the shop. */
async function open(products: readonly Product[], { server }: Pick<Shop, 'server'> = shop): Promise<WatchedPage> {
  const watched = await watchPage(browser)
  await watched.page.route('**/products?*', (route) => route.fulfill({ json: { items: products } }))
  await watched.page.goto(`${server.url}/`)
  return watched
}

function lane(page: Page, channel: Channel) {
  return page.locator(`.lane[data-channel=${channel}]`)
}

async function stateOf(page: Page, channel: Channel): Promise<string | null> {
  return lane(page, channel).getAttribute('data-state')
}

async function partsOf(page: Page, channel: Channel): Promise<(string | null)[]> {
  const bars = await lane(page, channel).locator('.bar').all()
  return Promise.all(bars.map((bar) => bar.getAttribute('data-part')))
}

/** The id in the response that the lane shows. */
async function orderIdOf(page: Page, channel: Channel): Promise<string> {
  const text = await lane(page, channel).locator('.lane-reply').textContent()
  return (JSON.parse(text ?? '') as { id: string }).id
}

describe('the start page', () => {
  it('orders a product through each channel, follows each order to its commit, and draws its timeline', async () => {
    const product = await shop.client.createProduct({ name: `Lamp ${uniqueWord()}`, stock: 9 })
    const { page, errors } = await open([product])

    await page.getByRole('button', { name: 'Order through all three' }).click()

    for (const channel of CHANNELS) {
      await expect.poll(() => stateOf(page, channel), SOON).toBe('confirmed')
      expect(await partsOf(page, channel)).toEqual(['response', 'toConsumed', 'toCommitted'])
      expect(await lane(page, channel).locator('.lane-text').textContent()).toMatch(/committed .* ms after acceptance/)
      const order = bodyOf<Order>(await shop.client.get(`/orders/${await orderIdOf(page, channel)}`), 200)
      expect(order).toMatchObject({ status: 'confirmed', channel, items: [{ product_id: product.id, quantity: 1 }] })
    }
    await expect.poll(() => page.locator('#stock').textContent(), SOON).toContain('6 in stock')
    expect(await page.locator('#news p').allTextContents()).toHaveLength(3)
    expect(errors).toEqual([])
  })

  it('shows a curl command that is the same request: it gets the same order again', async () => {
    const product = await shop.client.createProduct({ stock: 9 })
    const { page } = await open([product])
    await lane(page, 'sync').getByRole('button', { name: 'Order synchronously' }).click()
    await expect.poll(() => stateOf(page, 'sync'), SOON).toBe('confirmed')

    const command = (await lane(page, 'sync').locator('.lane-request').textContent()) ?? ''
    const [, body = '', key = '', url = ''] =
      /^curl --json '(.*)' \\\n {2}-H 'Idempotency-Key: (.*)' \\\n {2}(.*)$/.exec(command) ?? []

    expect(url).toBe(`${shop.server.url}/orders/sync`)
    const again = await shop.client.post('/orders/sync', JSON.parse(body), { 'idempotency-key': key })
    expect(again.body).toMatchObject({ id: await orderIdOf(page, 'sync') })
  })

  it('needs only a keyboard', async () => {
    const product = await shop.client.createProduct({ stock: 9 })
    const { page } = await open([product])
    await page.locator('#order-all:enabled').waitFor()
    const focusedText = () => page.evaluate<string>('document.activeElement.textContent')

    for (let presses = 0; presses < 20 && (await focusedText()) !== 'Order through Kafka'; presses += 1) {
      await page.keyboard.press('Tab')
    }
    await page.keyboard.press('Enter')

    await expect.poll(() => stateOf(page, 'kafka'), SOON).toBe('confirmed')
    expect(await focusedText()).toBe('Order through Kafka')
    expect(await stateOf(page, 'sync')).toBeNull()
  })

  it('says what to do when the product is sold out, through every channel', async () => {
    const product = await shop.client.createProduct({ stock: 1 })
    await shop.client.placeOrder([{ product_id: product.id, quantity: 1 }])
    const { page } = await open([product])

    await page.getByRole('button', { name: 'Order through all three' }).click()

    await expect.poll(() => stateOf(page, 'rabbitmq'), SOON).toBe('rejected')
    expect(await stateOf(page, 'kafka')).toBe('rejected')
    expect(await stateOf(page, 'sync')).toBe('refused')
    expect(await lane(page, 'sync').locator('.lane-text').textContent()).toMatch(/^409 Insufficient stock after /)
    for (const channel of CHANNELS) {
      expect(await lane(page, channel).locator('.lane-advice').textContent()).toContain('The product is sold out.')
    }
    await lane(page, 'sync').getByRole('button', { name: 'Add 10 units' }).click()
    await expect.poll(() => page.locator('#stock').textContent(), SOON).toContain('10 in stock')
    await lane(page, 'sync').getByRole('button', { name: 'Order synchronously' }).click()
    await expect.poll(() => stateOf(page, 'sync'), SOON).toBe('confirmed')
  })

  it('creates a product for an empty catalogue', async () => {
    const { page } = await open([])

    await page.getByRole('button', { name: 'Create a demo product' }).click()
    await lane(page, 'rabbitmq').getByRole('button', { name: 'Order through RabbitMQ' }).click()

    await expect.poll(() => stateOf(page, 'rabbitmq'), SOON).toBe('confirmed')
  })

  it('says that the catalogue is not available, and tries again', async () => {
    const product = await shop.client.createProduct({ name: `Lamp ${uniqueWord()}`, stock: 9 })
    const { page } = await watchPage(browser)
    await page.route('**/products?*', (route) => route.abort())
    await page.goto(`${shop.server.url}/`)
    await expect
      .poll(() => page.locator('#catalogue-state').textContent(), SOON)
      .toContain('The shop does not respond.')
    expect(await page.locator('#order-all').isDisabled()).toBe(true)

    await page.route('**/products?*', (route) => route.fulfill({ json: { items: [product] } }))
    await page.getByRole('button', { name: 'Try again' }).click()

    await expect.poll(() => page.locator('#product').textContent(), SOON).toBe(product.name)
    expect(await page.locator('#order-all').isDisabled()).toBe(false)
  })

  it('repeats a request whose response was lost, and places one order', async () => {
    const product = await shop.client.createProduct({ stock: 9 })
    const { page } = await open([product])
    let isLost = true
    await page.route('**/orders/sync', async (route) => {
      const response = await route.fetch()
      if (!isLost) return route.fulfill({ response })
      isLost = false
      return route.abort()
    })
    await lane(page, 'sync').getByRole('button', { name: 'Order synchronously' }).click()
    await expect.poll(() => stateOf(page, 'sync'), SOON).toBe('unknown')

    await lane(page, 'sync').getByRole('button', { name: 'Try again' }).click()

    await expect.poll(() => stateOf(page, 'sync'), SOON).toBe('confirmed')
    expect(bodyOf<Product>(await shop.client.get(`/products/${product.id}`), 200).stock).toBe(8)
  })
})

describe('the start page of a shop without its brokers', () => {
  it('says which broker is down, and orders through the channel that is left', async () => {
    const withoutBrokers = await openShop(
      { KAFKA_BROKERS: '127.0.0.1:1', RABBITMQ_URL: 'amqp://guest:guest@127.0.0.1:1/' },
      'host',
    )
    const product = await withoutBrokers.client.createProduct({ stock: 9 })
    const { page } = await open([product], withoutBrokers)

    await page.getByRole('button', { name: 'Order through all three' }).click()

    await expect.poll(() => stateOf(page, 'rabbitmq'), SOON).toBe('refused')
    expect(await stateOf(page, 'sync')).toBe('confirmed')
    for (const [channel, broker] of [
      ['kafka', 'Kafka'],
      ['rabbitmq', 'RabbitMQ'],
    ] as const) {
      expect(await lane(page, channel).locator('.lane-text').textContent()).toMatch(
        new RegExp(`^503 Temporarily unavailable after .*\\. ${broker} is not available at the moment\\.$`),
      )
      expect(await lane(page, channel).locator('.lane-advice').textContent()).toContain('The order was not accepted.')
    }
    await closeShop(withoutBrokers)
  })
})
