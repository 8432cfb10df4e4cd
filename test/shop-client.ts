import { Agent, type Dispatcher } from 'undici'
import { expect } from 'vitest'
import type { ApiContract } from './api-contract'
import type { HttpResponse } from './http-response'

export type Method = Dispatcher.HttpMethod

export interface Request {
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON. */
  readonly json?: unknown
  /** Sent unchanged, with the content type of the headers. */
  readonly raw?: string | Buffer
}

export interface Product {
  readonly id: number
  readonly name: string
  readonly description: string
  readonly category: string
  readonly price: number
  readonly stock: number
  readonly version: number
  readonly created_at: string
  readonly updated_at: string
}

export interface Order {
  readonly id: string
  readonly status: string
  readonly user_id: string
  readonly channel: string
  readonly items: readonly { product_id: number; name: string; unit_price: number; quantity: number }[]
  readonly total: number
  readonly accepted_at: string
  readonly consumed_at: string
  readonly committed_at: string
  readonly updated_at: string
}

export interface Inventory {
  readonly product_id: number
  readonly on_hand: number
  readonly sold: number
  readonly ledger: readonly { delta: number; reason: string; note?: string; order_id?: string; at: string }[]
  readonly next_cursor?: string
}

export interface Page<Item> {
  readonly items: readonly Item[]
  readonly next_cursor?: string
}

export interface OrderLine {
  readonly product_id: number
  readonly quantity: number
}

/**
 * Sends requests to the shop as any client would. It checks each response against the OpenAPI document, so a test that
 * looks at one member still fails when another member differs from its documentation.
 */
export class ShopClient {
  readonly #agent = new Agent({ connections: 256, headersTimeout: 30_000, bodyTimeout: 30_000 })

  constructor(
    readonly url: string,
    private readonly contract?: ApiContract,
  ) {}

  /** Sends the path unchanged. @throws if there is no response, or one that differs from its documentation */
  async send(method: Method, path: string, { headers = {}, json, raw }: Request = {}): Promise<HttpResponse> {
    const incoming = await this.#agent.request({
      origin: this.url,
      path,
      method,
      headers: { ...(json !== undefined && { 'content-type': 'application/json' }), ...headers },
      body: raw ?? (json === undefined ? null : JSON.stringify(json)),
    })
    const text = await incoming.body.text()
    const response = {
      status: incoming.statusCode,
      headers: Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)])),
      body: text === '' ? undefined : isJson(incoming.headers['content-type']) ? JSON.parse(text) : text,
    }
    this.contract?.assertDocumented(method, path, response)
    return response
  }

  get(path: string, headers: Request['headers'] = {}): Promise<HttpResponse> {
    return this.send('GET', path, { headers })
  }

  post(path: string, json?: unknown, headers: Request['headers'] = {}): Promise<HttpResponse> {
    return this.send('POST', path, { headers, json })
  }

  /** Creates a product. Its name is unique unless the test names one. */
  async createProduct(details: Partial<Product> = {}): Promise<Product> {
    const response = await this.post('/products', { name: uniqueWord(), price: 10, ...details })
    return bodyOf(response, 201)
  }

  async getProduct(id: number): Promise<Product> {
    return bodyOf(await this.get(`/products/${id}`), 200)
  }

  async getInventory(id: number): Promise<Inventory> {
    return bodyOf(await this.get(`/products/${id}/inventory`), 200)
  }

  async placeOrder(items: readonly OrderLine[], userId = uniqueWord()): Promise<Order> {
    return bodyOf(await this.post('/orders/sync', { user_id: userId, items }), 201)
  }

  async getOrder(id: string): Promise<Order> {
    return bodyOf(await this.get(`/orders/${id}`), 200)
  }

  async moveOrder(id: string, status: string): Promise<Order> {
    return bodyOf(await this.post(`/orders/${id}/status`, { status }), 200)
  }

  /** Follows `next_cursor` to the last page. */
  async pages<Item>(path: string): Promise<(readonly Item[])[]> {
    const pages: (readonly Item[])[] = []
    for (let cursor: string | undefined = ''; cursor !== undefined; ) {
      const next = cursor === '' ? path : `${path}${path.includes('?') ? '&' : '?'}cursor=${cursor}`
      const page: Page<Item> = bodyOf(await this.get(next), 200)
      pages.push(page.items)
      expect(pages.length, `pages of ${path}`).toBeLessThan(1_000)
      cursor = page.next_cursor
    }
    return pages
  }

  close(): Promise<void> {
    return this.#agent.close()
  }
}

/** The body of a response that must have this status. The contract has checked the body; the caller names its type. */
export function bodyOf<Body>(response: HttpResponse, status: number): Body {
  expect(response.status, JSON.stringify(response.body)).toBe(status)
  return response.body as Body
}

/** A word that no other test uses: tests share one database and must not affect each other. */
export function uniqueWord(): string {
  return `w${crypto.randomUUID().replaceAll('-', '')}`
}

function isJson(contentType: string | string[] | undefined): boolean {
  return /^application\/((problem|schema)\+)?json\b/.test(String(contentType))
}
