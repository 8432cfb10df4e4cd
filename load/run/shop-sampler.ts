import type { ShopSample } from '../results'
import type { Shop } from '../shop/shop'
import { type Reading, readShopSample } from '../shop/shop-sample'

const EVERY_MS = 1_000
const ANSWER_WITHIN_MS = 900

/** Looks at the shop once a second while a step runs. */
export class ShopSampler {
  readonly readings: Reading[] = []
  readonly #gone = new AbortController()
  readonly #timer: NodeJS.Timeout
  #isAsking = false
  #goneSinceMs: number | undefined

  constructor(private readonly shop: Shop) {
    this.#timer = setInterval(() => void this.#look(), EVERY_MS)
  }

  /** Aborts when the shop has been away for too long: one that is started again in between is measured on. */
  get gone(): AbortSignal {
    return this.#gone.signal
  }

  get latest(): ShopSample | undefined {
    return this.readings.at(-1)?.sample
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  async #look(): Promise<void> {
    if (this.#isAsking) return
    this.#isAsking = true
    const text = await this.shop.metrics(ANSWER_WITHIN_MS)
    if (text !== undefined) this.readings.push(readShopSample(text, Date.now(), this.readings.at(-1)))
    const isGone = text === undefined && (await this.shop.isGone(ANSWER_WITHIN_MS))
    this.#goneSinceMs = isGone ? (this.#goneSinceMs ?? Date.now()) : undefined
    if (this.#goneSinceMs !== undefined && Date.now() - this.#goneSinceMs >= this.shop.patienceMs) this.#gone.abort()
    this.#isAsking = false
  }
}
