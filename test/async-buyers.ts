import { setTimeout as delay } from 'node:timers/promises'
import type { AsyncChannel } from '@ecommerce/domain'
import type { HttpResponse } from './http-response'
import { type Order, type ShopClient, uniqueWord } from './shop-client'

const BUYERS = 12
/** How long a buyer waits after a refused or failed request. */
const BACK_OFF_MS = 50

export interface Sent {
  readonly userId: string
  readonly hasKey: boolean
  /** Undefined when the connection broke. */
  readonly response: HttpResponse | undefined
  readonly tookMs: number
}

export interface ProductIds {
  readonly plenty: number
  readonly scarce: number
}

/**
 * Buyers who send orders to one broker, one after another, until a given number was accepted. Each order belongs to a
 * user of its own. Half of the buyers use idempotency keys and repeat an order until it is accepted; the others give up
 * an order that was not accepted. Some orders are for a scarce product, some for a product that does not exist.
 */
export class AsyncBuyers {
  readonly sent: Sent[] = []
  /** The prefix of all user names. */
  readonly crowd = uniqueWord()
  /** Resolves when enough orders were accepted. */
  readonly done: Promise<unknown>
  #isOpen = true
  #started = 0
  #givenUp = 0

  constructor(
    private readonly client: ShopClient,
    readonly channel: AsyncChannel,
    private readonly products: ProductIds,
    private readonly orders: number,
  ) {
    this.done = Promise.all(Array.from({ length: BUYERS }, (_, at) => this.#buy(at % 2 === 0)))
  }

  /** The ids of the accepted orders. */
  get acceptedIds(): string[] {
    return this.sent.flatMap(({ response }) => (response?.status === 202 ? [(response.body as Order).id] : []))
  }

  /** The number of requests with this status; undefined counts the requests without a response. */
  count(status: number | undefined, { hasKey }: { hasKey?: boolean } = {}): number {
    return this.sent.filter((sent) => sent.response?.status === status && (hasKey ?? sent.hasKey) === sent.hasKey)
      .length
  }

  async stop(): Promise<void> {
    this.#isOpen = false
    await this.done
  }

  async #buy(withKeys: boolean): Promise<void> {
    while (this.#isOpen && this.#started < this.orders + this.#givenUp) {
      const at = this.#started++
      const order = { user_id: `${this.crowd}-${at}`, product_id: this.#choice(at), quantity: 1 }
      const key = withKeys ? uniqueWord() : undefined
      let isAccepted = await this.#send(order, key)
      while (!isAccepted && this.#isOpen && key !== undefined) isAccepted = await this.#send(order, key)
      if (!isAccepted) this.#givenUp++
    }
  }

  async #send(order: { readonly user_id: string }, key: string | undefined): Promise<boolean> {
    const startedAt = performance.now()
    const headers = key === undefined ? {} : { 'idempotency-key': key }
    const response = await this.client
      .post(`/orders/async/${this.channel}`, order, headers)
      .catch(ignoreBrokenConnection)
    const tookMs = performance.now() - startedAt
    this.sent.push({ userId: order.user_id, hasKey: key !== undefined, response, tookMs })
    if (response?.status === 202) return true
    await delay(BACK_OFF_MS)
    return false
  }

  #choice(at: number): number {
    if (at % 50 === 7) return 4_000_000_000
    return at % 20 === 3 ? this.products.scarce : this.products.plenty
  }
}

/** @throws any other error: a response that never comes is a hang */
function ignoreBrokenConnection(error: unknown): undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code !== 'ECONNREFUSED' && code !== 'ECONNRESET' && code !== 'UND_ERR_SOCKET') throw error
}
