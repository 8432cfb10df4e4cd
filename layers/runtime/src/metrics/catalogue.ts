/** A metric as Prometheus knows it. Every label has few values, and none that comes from a caller. */
export interface MetricDefinition {
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly help: string
  readonly labels: readonly string[]
  /** Upper bounds, of a histogram. */
  readonly buckets?: readonly number[]
}

/** From what an idle machine does to what a caller takes for a failure. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
/** A backlog waits longer than any request. */
const WAITING_SECONDS = [...SECONDS, 30, 60, 300]

/** Every metric of the service, by its name. `docs/operations.md` has the same list for people; a test compares them. */
export const METRICS = {
  ecommerce_http_requests_total: {
    type: 'counter',
    help: 'Requests answered',
    labels: ['method', 'route', 'status'],
  },
  ecommerce_http_request_duration_seconds: {
    type: 'histogram',
    help: 'From the event to the answer of a handler',
    labels: ['method', 'route'],
    buckets: SECONDS,
  },
  ecommerce_orders_total: {
    type: 'counter',
    help: 'Orders that placement has decided on: confirmed, rejected (with a reason), duplicate, conflict',
    labels: ['channel', 'outcome', 'reason'],
  },
  ecommerce_orders: {
    type: 'gauge',
    help: 'Orders that are recorded, by the status they have now',
    labels: ['channel', 'status'],
  },
  ecommerce_order_accepted_to_committed_seconds: {
    type: 'histogram',
    help: 'From the acceptance of an order to the commit that confirmed or rejected it',
    labels: ['channel'],
    buckets: WAITING_SECONDS,
  },
  ecommerce_messages_processed_total: {
    type: 'counter',
    help: 'Messages that a consumer function is done with',
    labels: ['broker', 'source'],
  },
  ecommerce_messages_failed_total: {
    type: 'counter',
    help: 'Messages of batches that failed, and will come again',
    labels: ['broker', 'source', 'code'],
  },
  ecommerce_messages_retried_total: {
    type: 'counter',
    help: 'Messages that came again',
    labels: ['broker', 'source'],
  },
  ecommerce_messages_dead_lettered_total: {
    type: 'counter',
    help: 'Messages that a consumer sent to the dead letters, by cause',
    labels: ['broker', 'code'],
  },
  ecommerce_message_batch_duration_seconds: {
    type: 'histogram',
    help: 'What a consumer function takes for a batch, whether it succeeds or fails',
    labels: ['broker', 'source'],
    buckets: SECONDS,
  },
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
  ecommerce_mysql_pool_connections: {
    type: 'gauge',
    help: 'Connections of the pool, in use and idle',
    labels: ['state'],
  },
  ecommerce_mysql_pool_waiting: {
    type: 'gauge',
    help: 'Callers that wait for a connection of the pool',
    labels: [],
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
