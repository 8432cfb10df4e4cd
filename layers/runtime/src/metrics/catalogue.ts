/** A metric of Prometheus. Every label has few values, and no value comes from a caller. */
export interface MetricDefinition {
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly help: string
  readonly labels: readonly string[]
  /** The upper bounds of a histogram. */
  readonly buckets?: readonly number[]
}

/** From the latency of an idle machine to one that a caller treats as a failure. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
/** Orders in a backlog are pending longer than any request. */
const COMMIT_SECONDS = [...SECONDS, 30, 60, 300]

/** Every metric of the service, by its name. A test compares them with the table in `docs/operations.md`. */
export const METRICS = {
  ecommerce_http_requests_total: {
    type: 'counter',
    help: 'Completed requests',
    labels: ['method', 'route', 'status'],
  },
  ecommerce_http_request_duration_seconds: {
    type: 'histogram',
    help: 'Time from the event to the response of a handler',
    labels: ['method', 'route'],
    buckets: SECONDS,
  },
  ecommerce_orders_total: {
    type: 'counter',
    help: 'Outcomes of placement: confirmed, rejected (with a reason), duplicate, conflict',
    labels: ['channel', 'outcome', 'reason'],
  },
  ecommerce_orders: {
    type: 'gauge',
    help: 'Recorded orders, by their current status',
    labels: ['channel', 'status'],
  },
  ecommerce_order_accepted_to_committed_seconds: {
    type: 'histogram',
    help: 'Time from the acceptance of an order to the commit that confirmed or rejected it',
    labels: ['channel'],
    buckets: COMMIT_SECONDS,
  },
  ecommerce_messages_processed_total: {
    type: 'counter',
    help: 'Messages that a consumer function has processed',
    labels: ['broker', 'source'],
  },
  ecommerce_messages_failed_total: {
    type: 'counter',
    help: 'Messages of failed batches, which are delivered again',
    labels: ['broker', 'source', 'code'],
  },
  ecommerce_messages_retried_total: {
    type: 'counter',
    help: 'Messages that were delivered again',
    labels: ['broker', 'source'],
  },
  ecommerce_messages_dead_lettered_total: {
    type: 'counter',
    help: 'Messages that a consumer has dead-lettered, by cause',
    labels: ['broker', 'code'],
  },
  ecommerce_message_batch_duration_seconds: {
    type: 'histogram',
    help: 'Time that a consumer function needs for a batch, successful or not',
    labels: ['broker', 'source'],
    buckets: SECONDS,
  },
  ecommerce_kafka_consumer_lag: {
    type: 'gauge',
    help: 'Records of a partition that the consumer group has not committed',
    labels: ['topic', 'partition', 'group'],
  },
  ecommerce_rabbitmq_queue_messages: {
    type: 'gauge',
    help: 'Messages ready in a queue, without those delivered to a consumer',
    labels: ['queue'],
  },
  ecommerce_outbox_pending_events: {
    type: 'gauge',
    help: 'Events of products and orders in the outbox',
    labels: [],
  },
  ecommerce_outbox_oldest_event_age_seconds: {
    type: 'gauge',
    help: 'Age of the oldest event in the outbox; 0 when it is empty',
    labels: [],
  },
  ecommerce_dead_letters: {
    type: 'gauge',
    help: 'Open dead letters: neither replayed nor discarded',
    labels: ['broker'],
  },
  ecommerce_mysql_pool_connections: {
    type: 'gauge',
    help: 'Connections of the MySQL pool, in use and idle',
    labels: ['state'],
  },
  ecommerce_mysql_pool_waiting: {
    type: 'gauge',
    help: 'Callers that wait for a connection of the MySQL pool',
    labels: [],
  },
  ecommerce_log_lines_dropped_total: {
    type: 'counter',
    help: 'Lines of the log that could not be written: nobody reads stdout, or the disk is full',
    labels: [],
  },
  ecommerce_measurement_errors_total: {
    type: 'counter',
    help: 'Failed measurements: a source of gauges did not respond to a scrape in time, so its gauges were absent',
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
