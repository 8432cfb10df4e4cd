import type { Histogram, Labels } from './metrics'
import type { MetricValue } from './tallied-metric'

/** Counts the observations under one set of labels into buckets, at a fraction of the cost of prom-client. */
export class HistogramTally implements Histogram {
  readonly #upperBounds: readonly number[]
  /** The last count is that of the values above all bounds. */
  readonly #counts: Float64Array
  #sum = 0

  constructor(upperBounds: readonly number[]) {
    this.#upperBounds = upperBounds
    this.#counts = new Float64Array(upperBounds.length + 1)
  }

  observe(value: number): void {
    const bucket = this.#upperBounds.findIndex((bound) => value <= bound)
    const at = bucket === -1 ? this.#upperBounds.length : bucket
    this.#counts[at] = (this.#counts[at] ?? 0) + 1
    this.#sum += value
  }

  /** Returns the cumulative buckets, the sum and the count. */
  values(name: string, labels: Labels): MetricValue[] {
    let count = 0
    const buckets = [...this.#upperBounds, '+Inf'].map((le, at) => {
      count += this.#counts[at] ?? 0
      return { metricName: `${name}_bucket`, labels: { le, ...labels }, value: count }
    })
    return [
      ...buckets,
      { metricName: `${name}_sum`, labels, value: this.#sum },
      { metricName: `${name}_count`, labels, value: count },
    ]
  }
}
