import { collectDefaultMetrics, Gauge, Counter as PrometheusCounter, Registry } from 'prom-client'
import { type CounterName, type HistogramName, type LabelsOf, METRICS, type MetricDefinition } from './catalogue'
import type { Sample } from './measured-gauges'
import type { Counter, Histogram, Metrics } from './metrics'
import { TalliedHistogram } from './tallied-histogram'
import { Tally } from './tally'

/** Keeps what happens in this process, to be read as the text of Prometheus. */
export class PrometheusMetrics implements Metrics {
  readonly #registry = new Registry()
  readonly #counters = new Map<string, PrometheusCounter>()
  readonly #histograms = new Map<string, TalliedHistogram>()
  readonly #gauges = new Map<string, Gauge>()
  readonly #tallies = new Map<string, Tally>()

  constructor() {
    for (const [name, definition] of Object.entries<MetricDefinition>(METRICS)) this.#register(name, definition)
  }

  /** From now on the process itself is among the metrics: processor, memory, event loop, garbage collection. */
  watchProcess(): void {
    collectDefaultMetrics({ register: this.#registry })
  }

  /** One for the same name and labels, however often it is asked for. */
  counter<Name extends CounterName>(name: Name, labels: LabelsOf<Name>): Counter {
    const key = `${name} ${JSON.stringify(labels)}`
    const known = this.#tallies.get(key)
    if (known) return known
    const tally = new Tally(registered(this.#counters, name).labels(labels))
    this.#tallies.set(key, tally)
    return tally
  }

  /** The same. */
  histogram<Name extends HistogramName>(name: Name, labels: LabelsOf<Name>): Histogram {
    return registered(this.#histograms, name).tally(labels)
  }

  /** They are measured when somebody reads them. */
  async push(): Promise<void> {}

  flush(): void {}

  /** Everything, in the text format. The samples replace those of the time before. */
  async render(samples: readonly Sample[]): Promise<string> {
    for (const tally of this.#tallies.values()) tally.handOver()
    for (const gauge of this.#gauges.values()) {
      gauge.reset()
      // A reset leaves 0 behind where there are no labels, which nobody has measured.
      gauge.remove({})
    }
    for (const { name, labels, value } of samples) registered(this.#gauges, name).set(labels, value)
    return this.#registry.metrics()
  }

  #register(name: string, { type, help, labels, buckets = [] }: MetricDefinition): void {
    const options = { name, help, labelNames: labels, registers: [this.#registry] }
    switch (type) {
      case 'counter':
        this.#counters.set(name, new PrometheusCounter(options))
        return
      case 'histogram':
        this.#histograms.set(name, new TalliedHistogram(name, help, buckets, this.#registry))
        return
      case 'gauge':
        this.#gauges.set(name, new Gauge(options))
    }
  }
}

function registered<Metric>(metrics: ReadonlyMap<string, Metric>, name: string): Metric {
  const metric = metrics.get(name)
  if (!metric) throw new Error(`${name} is of another type`)
  return metric
}
