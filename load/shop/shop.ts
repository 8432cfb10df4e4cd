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
import { ShopError } from './shop-error'

const ANSWER_WITHIN_MS = 10_000
const TRY_AGAIN_EVERY_MS = 250
const PAGE_SIZE = 100

export interface CreatedProduct {
  readonly id: number
  /** By the shop's clock. */
  readonly createdAtMs: number
  /** By ours: just before it was asked for, and just after the answer. */
  readonly askedAtMs: number
  readonly answeredAtMs: number
}

export interface Inventory {
  readonly onHand: number
  readonly sold: number
}

/** The shop by its public endpoints, for what happens around a measurement. All methods throw `ShopError`. */
export class Shop {
  /** @param patienceMs how long a shop that is busy or away is asked again, where asking again changes nothing in it */
  constructor(
    readonly url: string,
    readonly patienceMs: number,
  ) {}

  async createProduct(name: string, stock: number): Promise<CreatedProduct> {
    const askedAtMs = Date.now()
    const answer = await this.#send('POST', '/products', {
      name,
      price: 9.99,
      stock,
      category: 'load test',
      description: 'Made for a load test, and taken out of the catalogue after it.',
    })
    const body = this.#read(answer, productBody)
    return { id: body.id, createdAtMs: body.created_at, askedAtMs, answeredAtMs: Date.now() }
  }

  async deleteProduct(id: number): Promise<void> {
    await this.#send('DELETE', `/products/${id}`)
  }

  async inventory(productId: number): Promise<Inventory> {
    const body = this.#read(await this.#get(`/products/${productId}/inventory?limit=1`), inventoryBody)
    return { onHand: body.on_hand, sold: body.sold }
  }

  /** Accepted and not yet recorded. An order that the shop does not know is not on its way either. */
  async isPending(orderId: string): Promise<boolean> {
    const answer = await this.#get(`/orders/${orderId}`, [404])
    return answer.status !== 404 && this.#read(answer, orderStatusBody).status === 'pending'
  }

  /** Recorded orders of a channel, newest first, a page at a time. */
  async *orders(channel: Channel): AsyncGenerator<readonly RecordedOrder[], void> {
    yield* this.#pages(`/orders?channel=${channel}&limit=${PAGE_SIZE}`, orderPageBody)
  }

  /** The last recorded first, a page at a time. */
  async *deadLetters(): AsyncGenerator<readonly DeadLetter[], void> {
    yield* this.#pages(`/dead-letters?limit=${PAGE_SIZE}`, deadLetterPageBody)
  }

  /** Prometheus text; undefined when there is none in time. */
  metrics(withinMs: number): Promise<string | undefined> {
    return this.#optional('/metrics', withinMs)
  }

  /** Undefined of a shop that tells nothing about itself. */
  async about(): Promise<About | undefined> {
    const text = await this.#optional('/about', ANSWER_WITHIN_MS)
    if (text === undefined) return undefined
    const parsed = aboutBody.safeParse(parseJson(text))
    return parsed.success ? parsed.data : undefined
  }

  /** Nobody is there to refuse anything. A shop that is merely slow is not gone. */
  async isGone(withinMs: number): Promise<boolean> {
    try {
      const response = await fetch(`${this.url}/health`, { signal: AbortSignal.timeout(withinMs) })
      await response.text()
      return false
    } catch (error) {
      return !(error instanceof Error && error.name === 'TimeoutError')
    }
  }

  /** The JSON of one GET, whatever its status; undefined when it is none. */
  async json(path: string): Promise<unknown> {
    return parseJson((await this.#ask('GET', path)).text)
  }

  async *#pages<Item>(path: string, schema: z.ZodType<Page<Item>>): AsyncGenerator<readonly Item[], void> {
    for (let next: string | undefined = path; next !== undefined; ) {
      const page: Page<Item> = this.#read(await this.#get(next), schema)
      yield page.items
      next = page.next_cursor === undefined ? undefined : `${path}&cursor=${encodeURIComponent(page.next_cursor)}`
    }
  }

  async #get(path: string, alsoExpected: readonly number[] = []): Promise<Answer> {
    const deadline = Date.now() + this.patienceMs
    for (;;) {
      try {
        return await this.#send('GET', path, undefined, alsoExpected)
      } catch (error) {
        if (!isPassing(error) || Date.now() > deadline) throw error
        await delay(TRY_AGAIN_EVERY_MS)
      }
    }
  }

  /** @throws {ShopError} for an answer without success, too */
  async #send(method: Method, path: string, json?: unknown, alsoExpected: readonly number[] = []): Promise<Answer> {
    const answer = await this.#ask(method, path, json)
    const { status } = answer
    if ((status >= 200 && status < 300) || alsoExpected.includes(status)) return answer
    const said = answer.text.replaceAll(/\s+/g, ' ').slice(0, 200)
    const code = status === 503 ? 'not-ready' : 'unexpected-answer'
    throw new ShopError(code, `${method} ${this.url}${path} was answered with ${status}: ${said}`)
  }

  async #ask(method: Method, path: string, json?: unknown): Promise<Answer> {
    try {
      const response = await fetch(`${this.url}${path}`, {
        method,
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
        ...(json !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(json) }),
      })
      return { method, path, status: response.status, text: await response.text() }
    } catch (error) {
      throw new ShopError('unreachable', `${this.url} does not answer: ${reasonOf(error)}`, { cause: error })
    }
  }

  async #optional(path: string, withinMs: number): Promise<string | undefined> {
    try {
      const response = await fetch(`${this.url}${path}`, { signal: AbortSignal.timeout(withinMs) })
      const text = await response.text()
      return response.ok ? text : undefined
    } catch {
      // Whoever asks an optional question takes silence for an answer.
      return undefined
    }
  }

  #read<Body>({ method, path, text }: Answer, schema: z.ZodType<Body>): Body {
    const parsed = schema.safeParse(parseJson(text))
    if (parsed.success) return parsed.data
    const [issue] = parsed.error.issues
    const where = issue === undefined ? '' : ` (${issue.path.join('.')}: ${issue.message})`
    throw new ShopError('unexpected-answer', `${method} ${this.url}${path} did not answer as a shop does${where}`)
  }
}

type Method = 'GET' | 'POST' | 'DELETE'

interface Page<Item> {
  readonly items: readonly Item[]
  readonly next_cursor?: string | undefined
}

interface Answer {
  readonly method: Method
  readonly path: string
  readonly status: number
  readonly text: string
}

function isPassing(error: unknown): boolean {
  return error instanceof ShopError && (error.code === 'unreachable' || error.code === 'not-ready')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** `fetch failed` says nothing; its cause does. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { cause } = error
  if (cause instanceof AggregateError) return reasonOf(cause.errors[0])
  return cause instanceof Error ? cause.message : error.message
}
