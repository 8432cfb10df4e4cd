/** A metric as Prometheus knows it. Every label has few values, and none that comes from a caller. */
export interface MetricDefinition {
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly help: string
  readonly labels: readonly string[]
  /** Upper bounds, of a histogram. */
  readonly buckets?: readonly number[]
}

/** Every metric of the service, by its name. `docs/operations.md` has the same list for people; a test compares them. */
export const METRICS = {
  ecommerce_kafka_consumer_lag: {
    type: 'gauge',
    help: 'Records behind the end of a partition that the group has not committed',
    labels: ['topic', 'partition', 'group'],
  },
  ecommerce_rabbitmq_queue_messages: {
    type: 'gauge',
    help: 'Messages ready in a queue; those that a consumer has are not among them',
    labels: ['queue'],
  },
  ecommerce_outbox_pending_events: {
    type: 'gauge',
    help: 'Events of products and orders that wait in the outbox',
    labels: [],
  },
  ecommerce_outbox_oldest_event_age_seconds: {
    type: 'gauge',
    help: 'How long the oldest event of the outbox has waited; 0 when none waits',
    labels: [],
  },
  ecommerce_dead_letters: {
    type: 'gauge',
    help: 'Dead letters that nobody has replayed or discarded',
    labels: ['broker'],
  },
  ecommerce_measurement_errors_total: {
    type: 'counter',
    help: 'Times that a source of gauges did not answer a scrape in time; its gauges were absent from it',
    labels: ['source'],
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>

type Catalogue = typeof METRICS
export type MetricName = keyof Catalogue

type NameOf<Type extends MetricDefinition['type']> = {
  [Name in MetricName]: Catalogue[Name]['type'] extends Type ? Name : never
}[MetricName]

export type CounterName = NameOf<'counter'>
export type GaugeName = NameOf<'gauge'>
export type HistogramName = NameOf<'histogram'>

export type LabelsOf<Name extends MetricName> = Readonly<Record<Catalogue[Name]['labels'][number], string>>
