import type { Metric, Registry } from 'prom-client'
import { HistogramTally, type HistogramValue } from './histogram-tally'

type Labels = Readonly<Record<string, string>>

/** A histogram in a registry of prom-client that counts by itself: one tally for each set of labels. */
export class TalliedHistogram {
  readonly #tallies = new Map<string, { readonly labels: Labels; readonly tally: HistogramTally }>()

  constructor(
    readonly name: string,
    private readonly help: string,
    private readonly upperBounds: readonly number[],
    registry: Registry,
  ) {
    // The registry needs no more of a metric than its name and `get`; its type asks for one of prom-client's classes.
    registry.registerMetric(this as unknown as Metric)
  }

  tally(labels: Labels): HistogramTally {
    const key = JSON.stringify(labels)
    const known = this.#tallies.get(key)
    if (known) return known.tally
    const tally = new HistogramTally(this.upperBounds)
    this.#tallies.set(key, { labels, tally })
    return tally
  }

  async get(): Promise<{ name: string; help: string; type: string; aggregator: string; values: HistogramValue[] }> {
    const values = [...this.#tallies.values()].flatMap(({ labels, tally }) => tally.values(this.name, labels))
    return { name: this.name, help: this.help, type: 'histogram', aggregator: 'sum', values }
  }
}
