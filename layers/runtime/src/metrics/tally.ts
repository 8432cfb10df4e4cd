import type { Counter } from './metrics'

/**
 * Counts, and hands over what has come together when somebody reads it. prom-client looks a child up by its labels each
 * time, which is too much for each request.
 */
export class Tally implements Counter {
  #added = 0

  constructor(private readonly child: { inc(value: number): void }) {
    // It is there from now on, with 0: the first event is a change that a rate can see.
    child.inc(0)
  }

  add(count = 1): void {
    this.#added += count
  }

  handOver(): void {
    if (this.#added === 0) return
    this.child.inc(this.#added)
    this.#added = 0
  }
}
