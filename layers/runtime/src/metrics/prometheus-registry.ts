import { collectDefaultMetrics, type Metric, Registry } from 'prom-client'
import type { ReadableMetric } from './tallied-metric'

/** What prom-client does for the metrics. This module is an entry of its own: a Lambda never loads it. */
export class PrometheusRegistry {
  readonly #registry = new Registry()

  constructor(metrics: readonly ReadableMetric[]) {
    for (const metric of metrics) {
      // The registry uses only the name and `get` of a metric. Its type asks for one of prom-client's classes.
      this.#registry.registerMetric(metric as unknown as Metric)
    }
  }

  /** Adds the metrics of the process: processor, memory, event loop, garbage collection. */
  watchProcess(): void {
    collectDefaultMetrics({ register: this.#registry })
  }

  render(): Promise<string> {
    return this.#registry.metrics()
  }
}
