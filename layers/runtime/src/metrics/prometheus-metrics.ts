import { collectDefaultMetrics, Gauge, Counter as PrometheusCounter, Registry } from 'prom-client'
import { type CounterName, type GaugeName, type LabelsOf, METRICS, type MetricDefinition } from './catalogue'
import type { Sample } from './measured-gauges'
import type { Counter, Metrics } from './metrics'

/** Keeps what happens in this process, to be read as the text of Prometheus. */
export class PrometheusMetrics implements Metrics {
  readonly #registry = new Registry()
  readonly #counters = new Map<string, PrometheusCounter>()
  readonly #gauges = new Map<string, Gauge>()

  constructor() {
    for (const [name, definition] of Object.entries<MetricDefinition>(METRICS)) this.#register(name, definition)
  }

  /** From now on the process itself is among the metrics: processor, memory, event loop, garbage collection. */
  watchProcess(): void {
    collectDefaultMetrics({ register: this.#registry })
  }

  counter<Name extends CounterName>(name: Name, labels: LabelsOf<Name>): Counter {
    const child = registered(this.#counters, name).labels(labels)
    return { add: (count) => child.inc(count) }
  }

  /** Everything, in the text format. The samples replace those of the time before. */
  async render(samples: readonly Sample[]): Promise<string> {
    for (const gauge of this.#gauges.values()) {
      gauge.reset()
      // A reset leaves 0 behind where there are no labels, which nobody has measured.
      gauge.remove({})
    }
    for (const { name, labels, value } of samples) registered(this.#gauges, name).set(labels, value)
    return this.#registry.metrics()
  }

  #register(name: string, { type, help, labels }: MetricDefinition): void {
    const options = { name, help, labelNames: labels, registers: [this.#registry] }
    switch (type) {
      case 'counter':
        this.#counters.set(name, new PrometheusCounter(options))
        return
      case 'gauge':
        this.#gauges.set(name, new Gauge(options))
    }
  }
}

function registered<Metric>(metrics: ReadonlyMap<string, Metric>, name: CounterName | GaugeName): Metric {
  const metric = metrics.get(name)
  if (!metric) throw new Error(`${name} is of another type`)
  return metric
}
