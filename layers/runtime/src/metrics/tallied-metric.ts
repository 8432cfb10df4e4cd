import type { MetricDefinition } from './catalogue'
import type { Labels } from './metrics'

/** A value as the registry of prom-client writes it. */
export interface MetricValue {
  /** Default: the name of the metric. */
  readonly metricName?: string
  readonly labels: Readonly<Record<string, string | number>>
  readonly value: number
}

/** A metric as the registry of prom-client reads it. */
export interface ReadableMetric {
  readonly name: string
  get(): Promise<{ name: string; help: string; type: string; aggregator: string; values: MetricValue[] }>
}

interface Valued {
  values(name: string, labels: Labels): MetricValue[]
}

/**
 * A counter or histogram with one tally for each set of labels. prom-client looks a child up by its labels each time,
 * which costs too much for each request.
 */
export class TalliedMetric<Tally extends Valued> implements ReadableMetric {
  readonly #tallies = new Map<string, { readonly labels: Labels; readonly tally: Tally }>()

  constructor(
    readonly name: string,
    private readonly definition: Pick<MetricDefinition, 'type' | 'help'>,
    private readonly createTally: () => Tally,
  ) {}

  /** Returns the same tally for the same labels. */
  tally(labels: Labels): Tally {
    const key = JSON.stringify(labels)
    const known = this.#tallies.get(key)
    if (known) return known.tally
    const tally = this.createTally()
    this.#tallies.set(key, { labels, tally })
    return tally
  }

  async get() {
    const { name } = this
    const { type, help } = this.definition
    const values = [...this.#tallies.values()].flatMap(({ labels, tally }) => tally.values(name, labels))
    return { name, help, type, aggregator: 'sum', values }
  }
}
