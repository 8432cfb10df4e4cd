import { AsyncLocalStorage } from 'node:async_hooks'
import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import {
  checkKafka,
  describeKafka,
  KafkaEventPublisher,
  KafkaLag,
  KafkaProducer,
  KafkaPublisher,
} from '@ecommerce/adapters/kafka'
import {
  Database,
  describeMysql,
  MysqlDeadLetterStore,
  MysqlOrderStore,
  MysqlOutboxStore,
  MysqlProductStore,
} from '@ecommerce/adapters/mysql'
import { checkRabbitMq, describeRabbitMq, RabbitMqDepth, RabbitMqPublisher } from '@ecommerce/adapters/rabbitmq'
import {
  type AcceptedOrder,
  type AsyncChannel,
  createSaturation,
  type DeadLetterCause,
  DeadLetterPublisher,
  DeadLetterService,
  GroupCommit,
  type GroupCommitOptions,
  type MessagePublisher,
  OrderIds,
  OrderService,
  OutboxRelay,
  ProductService,
} from '@ecommerce/domain'
import {
  createConsumerStack,
  createHttpStack,
  createLogger,
  createMetrics,
  createScheduleStack,
  type Dependency,
  type GroupCommitSpans,
  LazyTracer,
  logFieldsOf,
  MeasuredGauges,
  observePlacement,
  PrometheusMetrics,
  readConfig,
  readHome,
  TracedGroupCommit,
  TracedPublisher,
} from '@ecommerce/runtime'
import { gaugeSources } from './gauge-sources'

/** A scrape waits for each source of gauges so long at most, and asks it no more often than this. */
const MEASURE_WITHIN_MS = 1_000
const MEASURE_INTERVAL_MS = 1_000

/**
 * The one place where things are constructed. Node evaluates it once per process, so all functions of a process share
 * one pool of connections and one group commit. Nothing connects before it is used.
 */
const config = readConfig()
const clock = () => new Date()

/** Where this runs. */
export const home = readHome()

/** What is read at /metrics: all that happens where METRICS says so, elsewhere only what a scrape measures. */
export const prometheus = new PrometheusMetrics()

export const metrics = createMetrics(config.METRICS, home, {
  prometheus,
  emf: { namespace: 'ecommerce', clock, write: (line) => process.stdout.write(`${line}\n`) },
})

/** Where nothing is traced there is none, and nothing below is wrapped. */
const tracer =
  config.OTEL_EXPORTER_OTLP_ENDPOINT === undefined ? undefined : otlpTracer(config.OTEL_EXPORTER_OTLP_ENDPOINT)

const logger = createLogger(config.LOG_LEVEL, undefined, tracer && logFieldsOf(tracer))

const database = new Database({
  host: config.MYSQL_HOST,
  port: config.MYSQL_PORT,
  user: config.MYSQL_USER,
  password: config.MYSQL_PASSWORD,
  database: config.MYSQL_DATABASE,
  poolSize: config.MYSQL_POOL_SIZE,
  queryTimeoutMs: config.MYSQL_QUERY_TIMEOUT_MS,
  retryWithinMs: config.MYSQL_RETRY_WITHIN_MS,
  ...(config.OUTBOX_RELAY_AFTER_COMMIT && { onCommitted: tracer ? kickOutsideOfTraces() : () => outboxRelay.kick() }),
  tracer,
})

const deadLetterStore = new MysqlDeadLetterStore(database)
const outboxStore = new MysqlOutboxStore(database, clock)
const orderStore = new MysqlOrderStore(database, clock)
const place = observePlacement(orderStore.place.bind(orderStore), metrics, clock)
const placement = groupCommit(
  place,
  { maxBatch: config.ORDER_BATCH_SIZE, maxWaiting: config.ORDER_QUEUE_SIZE },
  { one: 'place order', many: 'place orders', attributesOf: ({ id }) => ({ 'ecommerce.order.id': id }) },
)

/**
 * Consumed batches take turns: side by side they would only wait for the lock of a hot product, and time out there when
 * many do.
 */
const consumedBatches = groupCommit(
  (batches: (readonly AcceptedOrder[])[]) => Promise.all(batches.map(place)),
  { maxBatch: 1, maxWaiting: config.ORDER_QUEUE_SIZE },
  { one: 'place orders', many: 'place orders', attributesOf: ({ length }) => ({ 'ecommerce.batch.size': length }) },
)

/** Ends what holds connections to the brokers. */
const disconnect: (() => Promise<void>)[] = []

const stackParts = {
  logger,
  metrics,
  tracer,
  logSuccesses: { perSecond: config.LOG_SUCCESS_PER_SECOND, every: config.LOG_SUCCESS_EVERY },
}

export const http = createHttpStack(stackParts)

export const consumer = createConsumerStack(stackParts)

export const scheduled = createScheduleStack(stackParts)

export const products = new ProductService(new MysqlProductStore(database), clock)

const orderPublishers = {
  kafka: kafkaPublisher(config.KAFKA_TOPIC),
  rabbitmq: rabbitMqPublisher(config.RABBITMQ_EXCHANGE, config.RABBITMQ_ROUTING_KEY),
}

export const orders = new OrderService({
  store: orderStore,
  ids: new OrderIds({ secret: config.ORDER_ID_SECRET, clock, randomUuid: randomUUID }),
  clock,
  place: (order) => placement.submit(order),
  placeBatch: (orders) => consumedBatches.submit(orders),
  publishers: orderPublishers,
})

/** Where consumers send what can never succeed. */
export const deadLetters = {
  kafka: new DeadLetterPublisher(kafkaPublisher(config.KAFKA_DLQ_TOPIC), clock, countDeadLetters('kafka')),
  rabbitmq: new DeadLetterPublisher(
    rabbitMqPublisher(config.RABBITMQ_DLX, config.RABBITMQ_ROUTING_KEY),
    clock,
    countDeadLetters('rabbitmq'),
  ),
}

/** What becomes of it there. */
export const deadLetterService = new DeadLetterService({
  store: deadLetterStore,
  origins: orderPublishers,
  clock,
})

export const outboxRelay = new OutboxRelay(
  {
    store: outboxStore,
    publisher: new KafkaEventPublisher(kafkaProducer(), {
      product: config.KAFKA_PRODUCT_EVENTS_TOPIC,
      order: config.KAFKA_ORDER_EVENTS_TOPIC,
    }),
    clock,
    isSaturated: createSaturation([placement, consumedBatches]),
    pause: (ms) => delay(ms, undefined, { ref: false }),
    onFailure: (error) => logger.warn({ err: error }, 'events stay in the outbox and will be relayed later'),
  },
  {
    batchSize: config.OUTBOX_BATCH_SIZE,
    intervalMs: config.OUTBOX_INTERVAL_MS,
    saturatedIntervalMs: config.OUTBOX_SATURATED_INTERVAL_MS,
  },
)

/**
 * For a process that outlives its requests: the function host tells it of the end. Lambda freezes a process instead,
 * and serverless-offline ends it.
 */
export const lifecycle = {
  /** Requests are served, but no more should be sent here. */
  isDraining: false,

  drain(): void {
    lifecycle.isDraining = true
  },

  /** When nothing is in flight: what has been committed is relayed, or waits in the outbox for another process. */
  async close(): Promise<void> {
    await outboxRelay.stop()
    await Promise.all(disconnect.map((end) => end()))
    await database.close()
    await tracer?.close()
  },
}

const kafkaLag = new KafkaLag({
  brokers: config.KAFKA_BROKERS,
  groups: [
    { topic: config.KAFKA_TOPIC, group: config.KAFKA_GROUP_ID },
    { topic: config.KAFKA_DLQ_TOPIC, group: `${config.KAFKA_GROUP_ID}-dead-letters` },
  ],
  timeoutMs: MEASURE_WITHIN_MS,
})
const queueDepth = new RabbitMqDepth({
  url: config.RABBITMQ_URL,
  queues: [config.RABBITMQ_QUEUE, config.RABBITMQ_DLQ],
  timeoutMs: MEASURE_WITHIN_MS,
})
disconnect.push(
  () => kafkaLag.close(),
  () => queueDepth.close(),
)

/** What a scrape measures. */
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

export const dependencyTimeoutMs = config.READY_TIMEOUT_MS

export const dependencies: readonly Dependency[] = [
  {
    name: 'mysql',
    required: true,
    channel: 'all',
    check: () => database.read((session) => session.rows('SELECT 1')),
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
        url: config.RABBITMQ_URL,
        queues: [config.RABBITMQ_QUEUE, config.RABBITMQ_DLQ],
        timeoutMs: dependencyTimeoutMs,
      }),
    describe: () =>
      describeRabbitMq({
        url: config.RABBITMQ_URL,
        managementPort: config.RABBITMQ_MANAGEMENT_PORT,
        queue: config.RABBITMQ_QUEUE,
        timeoutMs: dependencyTimeoutMs,
      }),
  },
]

function countDeadLetters(broker: AsyncChannel) {
  return ({ code }: DeadLetterCause) =>
    metrics.counter('ecommerce_messages_dead_lettered_total', { broker, code }).add()
}

function kafkaProducer(): KafkaProducer {
  const producer = new KafkaProducer({
    brokers: config.KAFKA_BROKERS,
    clientId: 'ecommerce',
    retries: config.KAFKA_PRODUCER_RETRIES,
    requestTimeoutMs: config.PUBLISH_WITHIN_MS,
  })
  disconnect.push(() => producer.close())
  return producer
}

function kafkaPublisher(topic: string): MessagePublisher {
  const publisher = new KafkaPublisher(kafkaProducer(), {
    topic,
    maxBatch: config.KAFKA_PRODUCER_BATCH_SIZE,
    maxWaiting: config.PUBLISH_QUEUE_SIZE,
    publishWithinMs: config.PUBLISH_WITHIN_MS,
  })
  return tracer ? new TracedPublisher(publisher, tracer, { broker: 'kafka', destination: topic }) : publisher
}

function rabbitMqPublisher(exchange: string, routingKey: string): MessagePublisher {
  const publisher = new RabbitMqPublisher({
    url: config.RABBITMQ_URL,
    exchange,
    routingKey,
    type: 'order_placed',
    heartbeatSeconds: config.RABBITMQ_HEARTBEAT_SECONDS,
    channels: config.RABBITMQ_CHANNELS,
    maxWaiting: config.PUBLISH_QUEUE_SIZE,
    publishWithinMs: config.PUBLISH_WITHIN_MS,
  })
  disconnect.push(() => publisher.close())
  const destination = `${exchange}:${routingKey}`
  return tracer ? new TracedPublisher(publisher, tracer, { broker: 'rabbitmq', destination }) : publisher
}

/** OpenTelemetry is loaded only now. */
function otlpTracer(endpoint: string): LazyTracer {
  return new LazyTracer(async () => {
    const [{ createOtlpTracer }, { API_INFO }] = await Promise.all([
      import('@ecommerce/runtime/open-telemetry'),
      import('./api'),
    ])
    return createOtlpTracer({
      endpoint,
      headers: config.OTEL_EXPORTER_OTLP_HEADERS,
      serviceName: config.OTEL_SERVICE_NAME,
      serviceVersion: API_INFO.version,
      instanceId: randomUUID(),
      sampledShare: config.OTEL_TRACES_SAMPLER_ARG,
      flushEachInvocation: home === 'lambda',
      onFailure: (error) => logger.warn({ err: error }, 'spans are lost: the collector does not take them'),
    })
  })
}

function groupCommit<Item, Result>(
  run: (items: Item[]) => Promise<readonly Result[]>,
  options: GroupCommitOptions,
  spans: GroupCommitSpans<Item>,
): Pick<GroupCommit<Item, Result>, 'submit' | 'busyPeriod'> {
  return tracer ? new TracedGroupCommit(run, options, tracer, spans) : new GroupCommit(run, options)
}

/** The relay goes on when the request is over that it was kicked by: it is no part of that one's trace. */
function kickOutsideOfTraces(): () => void {
  const outside = AsyncLocalStorage.snapshot()
  return () => outside(() => outboxRelay.kick())
}
