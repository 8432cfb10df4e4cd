import type { CounterName, LabelsOf } from './catalogue'

/**
 * Where the service reports what happens. Ask for a counter once and keep it: adding to it is cheap then, and is done
 * on every request.
 */
export interface Metrics {
  counter<Name extends CounterName>(name: Name, labels: LabelsOf<Name>): Counter
}

export interface Counter {
  /** Default: 1. */
  add(count?: number): void
}
