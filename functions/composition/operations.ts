import { checkKafka, consumedTopics, describeKafka, KafkaLag } from '@ecommerce/adapters/kafka'
import { describeMysql } from '@ecommerce/adapters/mysql'
import { checkRabbitMq, describeRabbitMq, RabbitMqDepth } from '@ecommerce/adapters/rabbitmq'
import { steadyNow } from '@ecommerce/domain'
import { type Dependency, MeasuredGauges } from '@ecommerce/runtime'
import { database } from './database'
import { deadLetterStore } from './dead-letters'
import { gaugeSources } from './gauge-sources'
import { lifecycle } from './lifecycle'
import { outboxStore } from './outbox'
import { orderStore } from './placement'
import { config } from './settings'
import { metrics } from './telemetry'

/** A scrape waits at most this long for each source of gauges, and queries it at most once in the interval. */
const MEASURE_WITHIN_MS = 1_000
const MEASURE_INTERVAL_MS = 1_000

const kafkaLag = new KafkaLag({
  brokers: config.KAFKA_BROKERS,
  groups: consumedTopics(config),
  timeoutMs: MEASURE_WITHIN_MS,
})
lifecycle.onClose('brokers', () => kafkaLag.close())

const queueDepth = new RabbitMqDepth({
  urls: config.RABBITMQ_URL,
  queues: [config.RABBITMQ_QUEUE, config.RABBITMQ_DLQ],
  timeoutMs: MEASURE_WITHIN_MS,
})
lifecycle.onClose('brokers', () => queueDepth.close())

/** The gauges that are measured for each scrape. */
export const gauges = new MeasuredGauges(
  gaugeSources({
    kafkaLag: () => kafkaLag.measure(),
    queueDepth: () => queueDepth.measure(),
    orders: orderStore,
    outbox: outboxStore,
    deadLetters: deadLetterStore,
    pool: () => database.poolUse,
  }),
  {
    withinMs: MEASURE_WITHIN_MS,
    intervalMs: MEASURE_INTERVAL_MS,
    clock: () => performance.now(),
    onFailure: (source) => metrics.counter('ecommerce_measurement_errors_total', { source }).add(),
  },
)

/** The database gives up a little earlier than the check, so that the check reports its reason. */
const REASON_SHARE = 0.75

export const dependencyTimeoutMs = config.READY_TIMEOUT_MS

export const dependencies: readonly Dependency[] = [
  {
    name: 'mysql',
    required: true,
    channel: 'all',
    check: () => database.checkWrites({ deadline: steadyNow() + dependencyTimeoutMs * REASON_SHARE }),
    describe: () => describeMysql(database),
  },
  {
    name: 'kafka',
    required: false,
    channel: 'kafka',
    check: () =>
      checkKafka({
        brokers: config.KAFKA_BROKERS,
        topics: [config.KAFKA_TOPIC, config.KAFKA_DLQ_TOPIC],
        timeoutMs: dependencyTimeoutMs,
      }),
    describe: () =>
      describeKafka({ brokers: config.KAFKA_BROKERS, topic: config.KAFKA_TOPIC, timeoutMs: dependencyTimeoutMs }),
  },
  {
    name: 'rabbitmq',
    required: false,
    channel: 'rabbitmq',
    check: () =>
      checkRabbitMq({
        urls: config.RABBITMQ_URL,
        queues: [config.RABBITMQ_QUEUE, config.RABBITMQ_DLQ],
        timeoutMs: dependencyTimeoutMs,
      }),
    describe: () =>
      describeRabbitMq({
        urls: config.RABBITMQ_URL,
        managementPort: config.RABBITMQ_MANAGEMENT_PORT,
        queue: config.RABBITMQ_QUEUE,
        timeoutMs: dependencyTimeoutMs,
      }),
  },
]
