import type { Counter, Labels } from './metrics'
import type { MetricValue } from './tallied-metric'

/** Counts under one set of labels. It starts with 0, so that the first event is a change that a rate can see. */
export class Tally implements Counter {
  #count = 0

  add(count = 1): void {
    this.#count += count
  }

  values(_name: string, labels: Labels): MetricValue[] {
    return [{ labels, value: this.#count }]
  }
}
