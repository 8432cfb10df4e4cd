import type { CounterName, HistogramName, LabelsOf } from './catalogue'
import type { MeasuredGauges } from './measured-gauges'

export type Labels = Readonly<Record<string, string>>

/**
 * Where the service reports what happens, whatever collects it. Create a counter or a histogram once and keep it: then
 * each use costs less than a microsecond.
 */
export interface Metrics {
  counter<Name extends CounterName>(name: Name, labels: LabelsOf<Name>): Counter
  histogram<Name extends HistogramName>(name: Name, labels: LabelsOf<Name>): Histogram
  /** Reports gauges where nobody scrapes them. Elsewhere it does nothing. */
  push(gauges: Pick<MeasuredGauges, 'measure'>): Promise<void>
  /** Called at the end of each invocation. Lambda may freeze the process then, so nothing may be held back. */
  flush(): void
}

export interface Counter {
  /** Default: 1. */
  add(count?: number): void
}

export interface Histogram {
  observe(value: number): void
}
