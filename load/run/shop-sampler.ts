import type { ShopSample } from '../results'
import type { Shop } from '../shop/shop'
import { type Reading, readShopSample } from '../shop/shop-sample'

const EVERY_MS = 1_000
const TIMEOUT_MS = 900

/** Reads the metrics of the shop once a second while a step runs. */
export class ShopSampler {
  readonly readings: Reading[] = []
  readonly #gone = new AbortController()
  readonly #timer: NodeJS.Timeout
  #isSampling = false
  #goneSinceMs: number | undefined

  constructor(private readonly shop: Shop) {
    this.#timer = setInterval(() => void this.#takeSample(), EVERY_MS)
  }

  /** Aborts if the shop has been down for too long. The measurement survives a restart of the shop. */
  get gone(): AbortSignal {
    return this.#gone.signal
  }

  get latest(): ShopSample | undefined {
    return this.readings.at(-1)?.sample
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  async #takeSample(): Promise<void> {
    if (this.#isSampling) return
    this.#isSampling = true
    const text = await this.shop.metrics(TIMEOUT_MS)
    if (text !== undefined) this.readings.push(readShopSample(text, Date.now(), this.readings.at(-1)))
    const isGone = text === undefined && (await this.shop.isGone(TIMEOUT_MS))
    this.#goneSinceMs = isGone ? (this.#goneSinceMs ?? Date.now()) : undefined
    if (this.#goneSinceMs !== undefined && Date.now() - this.#goneSinceMs >= this.shop.retryForMs) this.#gone.abort()
    this.#isSampling = false
  }
}
