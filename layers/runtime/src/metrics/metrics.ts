import type { CounterName, HistogramName, LabelsOf } from './catalogue'
import type { MeasuredGauges } from './measured-gauges'

export type Labels = Readonly<Record<string, string>>

/**
 * Where the service reports what happens: one call site, whoever collects it. Ask for a counter or a histogram once and
 * keep it: what is done on every request then costs less than a microsecond.
 */
export interface Metrics {
  counter<Name extends CounterName>(name: Name, labels: LabelsOf<Name>): Counter
  histogram<Name extends HistogramName>(name: Name, labels: LabelsOf<Name>): Histogram
  /** Reports gauges where nobody comes to read them; elsewhere it does nothing. */
  push(gauges: Pick<MeasuredGauges, 'measure'>): Promise<void>
  /** Called at the end of each invocation: what is held back until now may have no later moment. */
  flush(): void
}

export interface Counter {
  /** Default: 1. */
  add(count?: number): void
}

export interface Histogram {
  observe(value: number): void
}
