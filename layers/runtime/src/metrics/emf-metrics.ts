import type { CounterName, HistogramName, LabelsOf, MetricName } from './catalogue'
import type { MeasuredGauges } from './measured-gauges'
import type { Counter, Histogram, Metrics } from './metrics'

export interface EmfOptions {
  readonly namespace: string
  readonly clock: () => Date
  /** Writes one line. The line has no line break at its end. */
  readonly write: (line: string) => void
}

/** CloudWatch accepts at most this many values of a metric in one line. */
const MAX_VALUES = 100

type Labels = Readonly<Record<string, string>>

/** The values of one set of labels since the last flush. */
interface Group {
  readonly labels: Labels
  /** The sum of a counter, or every value of a histogram. */
  readonly values: Map<MetricName, number[]>
}

/**
 * Writes metrics as log lines in CloudWatch's embedded metric format (EMF). CloudWatch creates metrics from them without
 * a request or an agent. A flush writes one line for each set of labels with new values. Labels become dimensions.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export class EmfMetrics implements Metrics {
  readonly #groups = new Map<string, Group>()
  readonly #changed = new Set<Group>()

  constructor(private readonly options: EmfOptions) {}

  counter<Name extends CounterName>(name: Name, labels: LabelsOf<Name>): Counter {
    const group = this.#groupOf(labels)
    return {
      add: (count = 1) => {
        if (count === 0) return
        group.values.set(name, [(group.values.get(name)?.[0] ?? 0) + count])
        this.#changed.add(group)
      },
    }
  }

  histogram<Name extends HistogramName>(name: Name, labels: LabelsOf<Name>): Histogram {
    const group = this.#groupOf(labels)
    return {
      observe: (value) => {
        const values = group.values.get(name)
        if (values) values.push(value)
        else group.values.set(name, [value])
        this.#changed.add(group)
      },
    }
  }

  async push(gauges: Pick<MeasuredGauges, 'measure'>): Promise<void> {
    for (const { name, labels, value } of await gauges.measure()) {
      const group = this.#groupOf(labels)
      group.values.set(name, [value])
      this.#changed.add(group)
    }
  }

  flush(): void {
    for (const { labels, values } of this.#changed) {
      const most = Math.max(...[...values.values()].map((all) => all.length))
      for (let from = 0; from < most; from += MAX_VALUES) {
        const part = [...values].map(([name, all]) => [name, all.slice(from, from + MAX_VALUES)] as const)
        this.#write(labels, Object.fromEntries(part.filter(([, some]) => some.length > 0)))
      }
      values.clear()
    }
    this.#changed.clear()
  }

  #write(labels: Labels, values: Readonly<Record<string, readonly number[]>>): void {
    const { namespace, clock, write } = this.options
    const metrics = Object.keys(values).map((name) => ({ Name: name, Unit: unitOf(name) }))
    const directive = { Namespace: namespace, Dimensions: [Object.keys(labels)], Metrics: metrics }
    const _aws = { Timestamp: clock().getTime(), CloudWatchMetrics: [directive] }
    write(JSON.stringify({ _aws, ...labels, ...values }))
  }

  #groupOf(labels: Labels): Group {
    const key = JSON.stringify(labels)
    const group = this.#groups.get(key) ?? { labels, values: new Map() }
    this.#groups.set(key, group)
    return group
  }
}

function unitOf(name: string): 'Seconds' | 'Count' {
  return name.endsWith('_seconds') ? 'Seconds' : 'Count'
}
