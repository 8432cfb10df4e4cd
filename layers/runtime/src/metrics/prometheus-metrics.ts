import type { PrometheusRegistry } from '@ecommerce/runtime/prometheus-registry'
import { type CounterName, type HistogramName, type LabelsOf, METRICS, type MetricDefinition } from './catalogue'
import { HistogramTally } from './histogram-tally'
import { MeasuredGauge } from './measured-gauge'
import type { Sample } from './measured-gauges'
import type { Counter, Histogram, Metrics } from './metrics'
import { TalliedMetric } from './tallied-metric'
import { Tally } from './tally'

/** Keeps the metrics of this process, for Prometheus to read. It loads prom-client when that is needed. */
export class PrometheusMetrics implements Metrics {
  readonly #counters = new Map<string, TalliedMetric<Tally>>()
  readonly #histograms = new Map<string, TalliedMetric<HistogramTally>>()
  readonly #gauges = new Map<string, MeasuredGauge>()
  #registry: Promise<PrometheusRegistry> | undefined

  constructor() {
    for (const [name, definition] of Object.entries<MetricDefinition>(METRICS)) this.#define(name, definition)
  }

  /** Adds the metrics of the process itself: processor, memory, event loop, garbage collection. */
  async watchProcess(): Promise<void> {
    const registry = await this.#load()
    registry.watchProcess()
  }

  /** Returns the same counter for the same name and labels. */
  counter<Name extends CounterName>(name: Name, labels: LabelsOf<Name>): Counter {
    return defined(this.#counters, name).tally(labels)
  }

  /** Returns the same histogram for the same name and labels. */
  histogram<Name extends HistogramName>(name: Name, labels: LabelsOf<Name>): Histogram {
    return defined(this.#histograms, name).tally(labels)
  }

  /** Does nothing: gauges are measured when Prometheus reads them. */
  async push(): Promise<void> {}

  flush(): void {}

  /** Returns all metrics in the text format. The gauges have these samples and no earlier ones. */
  async render(samples: readonly Sample[]): Promise<string> {
    const registry = await this.#load()
    for (const gauge of this.#gauges.values()) gauge.samples = samples.filter(({ name }) => name === gauge.name)
    return registry.render()
  }

  #load(): Promise<PrometheusRegistry> {
    this.#registry ??= import('@ecommerce/runtime/prometheus-registry').then(
      ({ PrometheusRegistry }) =>
        new PrometheusRegistry([...this.#counters.values(), ...this.#histograms.values(), ...this.#gauges.values()]),
    )
    return this.#registry
  }

  #define(name: string, definition: MetricDefinition): void {
    const { type, help, buckets = [] } = definition
    switch (type) {
      case 'counter':
        this.#counters.set(name, new TalliedMetric(name, definition, () => new Tally()))
        return
      case 'histogram':
        this.#histograms.set(name, new TalliedMetric(name, definition, () => new HistogramTally(buckets)))
        return
      case 'gauge':
        this.#gauges.set(name, new MeasuredGauge(name, help))
    }
  }
}

function defined<Metric>(metrics: ReadonlyMap<string, Metric>, name: string): Metric {
  const metric = metrics.get(name)
  if (!metric) throw new Error(`${name} has another type`)
  return metric
}
