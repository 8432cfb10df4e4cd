import { IdempotencyKeyReusedError } from '../idempotency'
import type { AcceptedOrder } from './order'

const MAX_ORDERS = 10_000

/**
 * The last orders with an idempotency key that this process has published. Until such an order is recorded, only this
 * memory recognises another order with the same key. It is not shared: another process, or this one after many more
 * orders, publishes the other order too. The consumer then places the one that it receives first.
 */
export class PublishedKeys {
  /** Fingerprints by order id, the oldest first. An id stands for a user and a key. */
  readonly #fingerprints = new Map<string, string>()

  constructor(private readonly maxOrders = MAX_ORDERS) {}

  /** Must be called before the order is published. @throws {IdempotencyKeyReusedError} after another order with the key */
  claim({ id, fingerprint }: Pick<AcceptedOrder, 'id' | 'fingerprint'>): void {
    const first = this.#fingerprints.get(id)
    if (first !== undefined && first !== fingerprint) throw new IdempotencyKeyReusedError()
    this.#fingerprints.delete(id)
    this.#fingerprints.set(id, fingerprint)
    if (this.#fingerprints.size <= this.maxOrders) return
    const [oldest] = this.#fingerprints.keys()
    if (oldest !== undefined) this.#fingerprints.delete(oldest)
  }
}
