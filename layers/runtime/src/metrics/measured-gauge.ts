import type { Sample } from './measured-gauges'
import type { ReadableMetric } from './tallied-metric'

/** A gauge that has the samples of the last measurement. */
export class MeasuredGauge implements ReadableMetric {
  samples: readonly Sample[] = []

  constructor(
    readonly name: string,
    private readonly help: string,
  ) {}

  async get() {
    const { name, help } = this
    const values = this.samples.map(({ labels, value }) => ({ labels, value }))
    return { name, help, type: 'gauge', aggregator: 'sum', values }
  }
}
