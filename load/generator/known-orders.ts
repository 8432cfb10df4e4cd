const MAX_ORDERS = 10_000

/** The latest orders that the shop has accepted from this thread. */
export class KnownOrders {
  readonly #samples: number[] = []
  #added = 0

  /** @param sample the number of the sample that has the id of the order */
  add(sample: number): void {
    if (this.#samples.length < MAX_ORDERS) this.#samples.push(sample)
    else this.#samples[this.#added % MAX_ORDERS] = sample
    this.#added++
  }

  /** @param pick 0 to 1 */
  choose(pick: number): number | undefined {
    return this.#samples[Math.floor(pick * this.#samples.length)]
  }

  /** Chooses an order and removes it. */
  remove(pick: number): number | undefined {
    const index = Math.floor(pick * this.#samples.length)
    const chosen = this.#samples[index]
    const last = this.#samples.pop()
    if (last !== undefined && index < this.#samples.length) this.#samples[index] = last
    return chosen
  }
}
