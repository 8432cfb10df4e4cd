import { MysqlDeadLetterStore } from '@ecommerce/adapters/mysql'
import { aDeadLetter } from '@ecommerce/testing'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { AXE_TIMEOUT_MS, seriousFindings, WINDOWS } from './axe'
import { BROWSER_TIMEOUT_MS, openBrowser } from './browser'
import { bodyOf, uniqueWord } from './shop-client'
import { useShop } from './use-shop'
import { overhang, watchPage } from './watched-page'

const SOON = { timeout: 20_000 }
const GROUNDS = { light: 'rgb(246, 245, 242)', dark: 'rgb(16, 19, 24)' } as const

const BACKGROUND = 'getComputedStyle(document.body).backgroundColor'

const shop = useShop({}, 'host')
let browser: Browser
beforeAll(async () => {
  browser = await openBrowser()
}, BROWSER_TIMEOUT_MS)
beforeAll(async () => {
  const product = await shop.client.createProduct({ name: `Lamp ${uniqueWord().repeat(5)}`, stock: 1_000 })
  await shop.client.placeOrder([{ product_id: product.id, quantity: 1 }])
  const letters = Array.from({ length: 7 }, () =>
    aDeadLetter({
      messageId: uniqueWord().repeat(5),
      cause: { code: 'x'.repeat(64), detail: uniqueWord().repeat(10) },
    }),
  )
  await new MysqlDeadLetterStore(shop.database).record(letters)
})
afterAll(() => browser?.close())
afterEach(async () => {
  for (const context of browser.contexts()) await context.close()
})

/** Brings each page into the state in which it shows the most. */
const PAGES: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  '/': async (page) => {
    await page.locator('#order-all:enabled').click()
    await expect.poll(() => page.locator('.lane[data-state=confirmed]').count(), SOON).toBe(3)
    for (const summary of await page.locator('.lane summary').all()) await summary.click()
  },
  '/docs': async (page) => {
    const open = (id: string) => page.locator(`#operations-${id} .opblock-summary-control`).first().click()
    await page.locator('.opblock').first().waitFor()
    await open('orders-createOrderSync')
    await open('products-listProducts')
    await page.locator('#operations-products-listProducts .execute').click()
    await page.locator('.live-responses-table').waitFor()
  },
  '/status': async (page) => {
    await expect.poll(() => page.locator('#pulse-text').textContent(), SOON).toBe('Live')
    await page.locator('#letters summary').first().click()
    await page.locator('#letters pre').waitFor()
  },
}

describe.each(Object.keys(PAGES))('the page %s', (path) => {
  it('has the headers that protect it', async () => {
    const { headers } = await shop.client.get(path)

    const policy = headers['content-security-policy'] ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).toMatch(/script-src 'sha256-[\w+/=]+';/)
    expect(policy).toMatch(/style-src 'sha256-[\w+/=]+';/)
    expect(policy).not.toMatch(/unsafe|\*|https?:/)
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    })
  })

  it('loads no other resource, by its markup or its styles', async () => {
    const html = bodyOf<string>(await shop.client.get(path), 200)

    expect(html).toMatch(/^<!doctype html>/)
    // Scripts contain URLs in their strings. A browser loads by itself only the URLs of the markup around them.
    const markup = html.replace(/(<(script|style)>)[\s\S]*?(<\/\2>)/g, '$1$3')
    expect(markup.match(/<script>/g)).toHaveLength(1)
    expect(markup).not.toMatch(/https?:|\bsrc=|\bstyle=|\bon\w+=/)
    const styles = html.match(/<style>[\s\S]*?<\/style>/g)?.join('') ?? ''
    expect(styles).not.toContain('@import')
    for (const [, target] of styles.matchAll(/url\(\s*["']?([^"')]{0,40})/g)) expect(target).toMatch(/^data:/)
  })

  it(
    'fits windows of all widths in light and dark, and everybody can use it',
    async () => {
      const { page, requests, errors } = await watchPage(browser)
      await page.goto(`${shop.server.url}${path}`)
      await PAGES[path]?.(page)

      for (const { width, colorScheme, isExamined } of WINDOWS) {
        await page.setViewportSize({ width, height: 900 })
        await page.emulateMedia({ colorScheme })
        const window = `${width} pixels, ${colorScheme}`
        await expect.poll(() => page.evaluate(BACKGROUND), SOON).toBe(GROUNDS[colorScheme])
        await expect.poll(() => overhang(page), { ...SOON, message: window }).toBeLessThanOrEqual(0)
        if (isExamined) expect(await seriousFindings(page), window).toEqual([])
      }
      const { origin } = new URL(shop.server.url)
      expect(requests.filter((url) => !url.startsWith('data:') && new URL(url).origin !== origin)).toEqual([])
      expect(errors).toEqual([])
    },
    AXE_TIMEOUT_MS,
  )

  it('links the other pages, and keeps the choice of light or dark', async () => {
    const { page } = await watchPage(browser, { colorScheme: 'light' })
    await page.goto(`${shop.server.url}${path}`)

    await page.getByRole('button', { name: 'Light / dark' }).click()
    const links = page.getByRole('navigation', { name: 'Pages' }).getByRole('link')
    for (const other of await links.evaluateAll<string[], { href: string }>((all) => all.map(({ href }) => href))) {
      await page.goto(other)
      expect(await page.evaluate(BACKGROUND), other).toBe(GROUNDS.dark)
    }
    expect(await links.count()).toBe(3)
  })
})

describe('"Try it out" of the page /docs', () => {
  it('places an order with the example as it is', async () => {
    const { page, errors } = await watchPage(browser)
    await page.goto(`${shop.server.url}/docs`)
    await page.locator('#operations-orders-createOrderSync .opblock-summary-control').first().click()

    await page.locator('#operations-orders-createOrderSync .execute').click()

    const status = page.locator('.live-responses-table .response-col_status').last()
    await expect.poll(async () => (await status.textContent())?.trim(), SOON).toMatch(/^201/)
    expect(errors).toEqual([])
  })

  it('deletes nothing with the example as it is', async () => {
    const { page } = await watchPage(browser)
    await page.goto(`${shop.server.url}/docs`)
    await page.locator('#operations-products-deleteProduct .opblock-summary-control').first().click()

    await page.locator('#operations-products-deleteProduct .execute').click()

    const status = page.locator('.live-responses-table .response-col_status').last()
    await expect.poll(async () => (await status.textContent())?.trim(), SOON).toMatch(/^404/)
  })
})
