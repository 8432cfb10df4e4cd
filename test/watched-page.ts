import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core'

/** A page in a browser, with all its requests and all its errors and warnings. */
export interface WatchedPage {
  readonly page: Page
  readonly requests: readonly string[]
  readonly errors: readonly string[]
}

export async function watchPage(browser: Browser, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 }, ...options })
  const requests: string[] = []
  const errors: string[] = []
  page.on('request', (request) => requests.push(request.url()))
  page.on('pageerror', (error) => errors.push(error.message))
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) errors.push(message.text())
  })
  return { page, requests, errors }
}

/** The part of a chart that the tests read. Tests run in Node, which has no types for a document. */
interface ChartElement {
  querySelector(selector: 'canvas'): CanvasElement | null
}

interface CanvasElement {
  readonly width: number
  readonly height: number
  toDataURL(): string
  getContext(kind: '2d'): {
    getImageData(x: number, y: number, width: number, height: number): { readonly data: Uint8ClampedArray }
  }
}

/** Whether a chart has a line of this colour. Grid and labels have other colours. */
export async function hasInk(chart: Locator, cssColor: string): Promise<boolean> {
  return chart.evaluate((element: ChartElement, color: string) => {
    const canvas = element.querySelector('canvas')
    if (!canvas) return false
    const [red = 0, green = 0, blue = 0] = (color.match(/[\d.]+/g) ?? []).map(Number)
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
    const isNear = (at: number, wanted: number) => Math.abs((data[at] ?? 0) - wanted) < 10
    let pixels = 0
    for (let at = 0; at < data.length; at += 4) {
      if (isNear(at, red) && isNear(at + 1, green) && isNear(at + 2, blue) && isNear(at + 3, 255)) pixels += 1
    }
    return pixels > 20
  }, cssColor)
}

/** A text that changes with every pixel of a chart. */
export async function pixelsOf(chart: Locator): Promise<string> {
  return chart.evaluate((element: ChartElement) => element.querySelector('canvas')?.toDataURL() ?? '')
}

/** By how many pixels the page is wider than the window. */
export async function overhang(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
}
