const MOST = 10_000

/** Orders that the shop has accepted from this thread, the latest of them when there are many. */
export class KnownOrders {
  readonly #samples: number[] = []
  #added = 0

  /** @param sample the number of its sample, which has its id */
  add(sample: number): void {
    if (this.#samples.length < MOST) this.#samples.push(sample)
    else this.#samples[this.#added % MOST] = sample
    this.#added++
  }

  /** @param pick 0 to 1 */
  choose(pick: number): number | undefined {
    return this.#samples[Math.floor(pick * this.#samples.length)]
  }

  /** As `choose`, and does not choose it again. */
  take(pick: number): number | undefined {
    const index = Math.floor(pick * this.#samples.length)
    const chosen = this.#samples[index]
    const last = this.#samples.pop()
    if (last !== undefined && index < this.#samples.length) this.#samples[index] = last
    return chosen
  }
}
