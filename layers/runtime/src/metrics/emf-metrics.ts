import type { CounterName, HistogramName, LabelsOf, MetricName } from './catalogue'
import type { MeasuredGauges } from './measured-gauges'
import type { Counter, Histogram, Metrics } from './metrics'

export interface EmfOptions {
  readonly namespace: string
  readonly clock: () => Date
  /** Takes one line, without its end. */
  readonly write: (line: string) => void
}

/** CloudWatch takes so many values of a metric in one line. */
const MAX_VALUES = 100

interface Series {
  readonly name: MetricName
  readonly labels: Readonly<Record<string, string>>
  /** What happened since the last flush: the sum of a counter, each value of a histogram. */
  values: number[]
}

/**
 * Writes metrics as log lines in CloudWatch's embedded metric format, which CloudWatch turns into metrics by itself: no
 * request, no agent, and nothing to wait for. A line for each set of labels that something has happened to since the
 * last flush; labels are its dimensions.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export class EmfMetrics implements Metrics {
  readonly #series = new Map<string, Series>()
  #changed = new Set<Series>()

  constructor(private readonly options: EmfOptions) {}

  counter<Name extends CounterName>(name: Name, labels: LabelsOf<Name>): Counter {
    const series = this.#seriesOf(name, labels)
    return {
      add: (count = 1) => {
        series.values = [(series.values[0] ?? 0) + count]
        this.#changed.add(series)
      },
    }
  }

  histogram<Name extends HistogramName>(name: Name, labels: LabelsOf<Name>): Histogram {
    const series = this.#seriesOf(name, labels)
    return {
      observe: (value) => {
        series.values.push(value)
        this.#changed.add(series)
      },
    }
  }

  async push(gauges: Pick<MeasuredGauges, 'measure'>): Promise<void> {
    for (const { name, labels, value } of await gauges.measure()) {
      const series = this.#seriesOf(name, labels)
      series.values = [value]
      this.#changed.add(series)
    }
  }

  flush(): void {
    const changed = this.#changed
    this.#changed = new Set()
    for (const series of changed) {
      const values = series.values
      series.values = []
      for (let at = 0; at < values.length; at += MAX_VALUES) this.#write(series, values.slice(at, at + MAX_VALUES))
    }
  }

  #write({ name, labels }: Series, values: readonly number[]): void {
    const { namespace, clock, write } = this.options
    const metric = { Name: name, Unit: unitOf(name) }
    const directive = { Namespace: namespace, Dimensions: [Object.keys(labels)], Metrics: [metric] }
    const envelope = { Timestamp: clock().getTime(), CloudWatchMetrics: [directive] }
    write(JSON.stringify({ _aws: envelope, ...labels, [name]: values.length === 1 ? values[0] : values }))
  }

  #seriesOf(name: MetricName, labels: Readonly<Record<string, string>>): Series {
    const key = JSON.stringify([name, labels])
    const series = this.#series.get(key) ?? { name, labels, values: [] }
    this.#series.set(key, series)
    return series
  }
}

function unitOf(name: MetricName): 'Seconds' | 'Count' {
  return name.endsWith('_seconds') ? 'Seconds' : 'Count'
}
