import { setTimeout as delay } from 'node:timers/promises'
import type { z } from 'zod'
import type { Channel } from '../results'
import {
  type About,
  aboutBody,
  type DeadLetter,
  deadLetterPageBody,
  inventoryBody,
  orderPageBody,
  orderStatusBody,
  productBody,
  type RecordedOrder,
} from './bodies'
import { HttpClient, type Method, type ShopResponse } from './http-client'
import { ShopError } from './shop-error'

const TIMEOUT_MS = 10_000
const RETRY_EVERY_MS = 250
const PAGE_SIZE = 100

export interface CreatedProduct {
  readonly id: number
  /** By the shop's clock. */
  readonly createdAtMs: number
  /** By our clock: just before the request, and just after the response. */
  readonly requestedAtMs: number
  readonly respondedAtMs: number
}

export interface Inventory {
  readonly onHand: number
  readonly sold: number
}

/** The public endpoints of the shop that are used before and after a measurement. All methods throw `ShopError`. */
export class Shop {
  readonly #http: HttpClient

  /**
   * @param authorization the header Authorization of each request
   * @param retryForMs how long a GET is retried while the shop is not ready or does not respond
   */
  constructor(
    readonly url: string,
    readonly retryForMs: number,
    authorization?: () => string | undefined,
  ) {
    this.#http = new HttpClient(url, authorization)
  }

  close(): Promise<void> {
    return this.#http.close()
  }

  async createProduct(name: string, stock: number): Promise<CreatedProduct> {
    const requestedAtMs = Date.now()
    const response = await this.#send('POST', '/products', {
      name,
      price: 9.99,
      stock,
      category: 'load test',
      description: 'Created for a load test and deleted after it.',
    })
    const body = this.#read(response, productBody)
    return { id: body.id, createdAtMs: body.created_at, requestedAtMs, respondedAtMs: Date.now() }
  }

  /** The product may be deleted already, if the response to an earlier attempt was lost. */
  async deleteProduct(id: number): Promise<void> {
    await this.#send('DELETE', `/products/${id}`, undefined, [404])
  }

  async inventory(productId: number): Promise<Inventory> {
    const body = this.#read(await this.#get(`/products/${productId}/inventory?limit=1`), inventoryBody)
    return { onHand: body.on_hand, sold: body.sold }
  }

  /** Whether an order is accepted and not yet recorded. False if the shop does not know the order. */
  async isPending(orderId: string): Promise<boolean> {
    const response = await this.#get(`/orders/${orderId}`, [404])
    return response.status !== 404 && this.#read(response, orderStatusBody).status === 'pending'
  }

  /** Recorded orders of a channel, newest first, a page at a time. */
  async *orders(channel: Channel): AsyncGenerator<readonly RecordedOrder[], void> {
    yield* this.#pages(`/orders?channel=${channel}&limit=${PAGE_SIZE}`, orderPageBody)
  }

  /** Dead letters, newest first, a page at a time. */
  async *deadLetters(): AsyncGenerator<readonly DeadLetter[], void> {
    yield* this.#pages(`/dead-letters?limit=${PAGE_SIZE}`, deadLetterPageBody)
  }

  /** Text in the format of Prometheus; undefined if the shop has none or is too slow. */
  metrics(withinMs: number): Promise<string | undefined> {
    return this.#optional('/metrics', withinMs)
  }

  /** Undefined if the shop reports nothing about itself. */
  async about(): Promise<About | undefined> {
    const text = await this.#optional('/about', TIMEOUT_MS)
    if (text === undefined) return undefined
    const parsed = aboutBody.safeParse(parseJson(text))
    return parsed.success ? parsed.data : undefined
  }

  /** Whether nobody listens at the address. A slow shop is not gone. */
  async isGone(withinMs: number): Promise<boolean> {
    try {
      await this.#http.send('GET', '/health', withinMs)
      return false
    } catch (error) {
      return !(error instanceof ShopError && isTimeout(error.cause))
    }
  }

  /** A GET response of any status. */
  get(path: string): Promise<ShopResponse> {
    return this.#http.send('GET', path, TIMEOUT_MS)
  }

  /** The JSON of a GET response of any status; undefined if it is not JSON. */
  async json(path: string): Promise<unknown> {
    return parseJson((await this.get(path)).text)
  }

  async *#pages<Item>(path: string, schema: z.ZodType<Page<Item>>): AsyncGenerator<readonly Item[], void> {
    for (let next: string | undefined = path; next !== undefined; ) {
      const page: Page<Item> = this.#read(await this.#get(next), schema)
      yield page.items
      next = page.next_cursor === undefined ? undefined : `${path}&cursor=${encodeURIComponent(page.next_cursor)}`
    }
  }

  async #get(path: string, alsoExpected: readonly number[] = []): Promise<ShopResponse> {
    const deadline = Date.now() + this.retryForMs
    for (;;) {
      try {
        return await this.#send('GET', path, undefined, alsoExpected)
      } catch (error) {
        if (!isTransient(error) || Date.now() > deadline) throw error
        await delay(RETRY_EVERY_MS)
      }
    }
  }

  /** @throws {ShopError} also for a response without success */
  async #send(
    method: Method,
    path: string,
    json?: unknown,
    alsoExpected: readonly number[] = [],
  ): Promise<ShopResponse> {
    const response = await this.#http.send(method, path, TIMEOUT_MS, json)
    const { status } = response
    if ((status >= 200 && status < 300) || alsoExpected.includes(status)) return response
    const excerpt = response.text.replaceAll(/[\s\p{Cc}]+/gu, ' ').slice(0, 200)
    const code = status === 503 ? 'not-ready' : 'unexpected-response'
    throw new ShopError(code, `${method} ${this.url}${path} returned ${status}: ${excerpt}`)
  }

  async #optional(path: string, withinMs: number): Promise<string | undefined> {
    try {
      const { status, text } = await this.#http.send('GET', path, withinMs)
      return status >= 200 && status < 300 ? text : undefined
    } catch (error) {
      // The data is optional, so every failure means that there is none.
      if (error instanceof ShopError) return undefined
      throw error
    }
  }

  #read<Body>({ method, path, text }: ShopResponse, schema: z.ZodType<Body>): Body {
    const parsed = schema.safeParse(parseJson(text))
    if (parsed.success) return parsed.data
    const [issue] = parsed.error.issues
    const where = issue === undefined ? '' : ` (${issue.path.join('.')}: ${issue.message})`
    throw new ShopError('unexpected-response', `${method} ${this.url}${path} did not respond as a shop does${where}`)
  }
}

interface Page<Item> {
  readonly items: readonly Item[]
  readonly next_cursor?: string | undefined
}

function isTransient(error: unknown): boolean {
  return error instanceof ShopError && (error.code === 'unreachable' || error.code === 'not-ready')
}

function isTimeout(cause: unknown): boolean {
  return cause instanceof Error && cause.name === 'TimeoutError'
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
