import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { checkKafka, KafkaEventPublisher, KafkaProducer, KafkaPublisher } from '@ecommerce/adapters/kafka'
import {
  Database,
  MysqlDeadLetterStore,
  MysqlOrderStore,
  MysqlOutboxStore,
  MysqlProductStore,
} from '@ecommerce/adapters/mysql'
import { checkRabbitMq, RabbitMqPublisher } from '@ecommerce/adapters/rabbitmq'
import {
  type AcceptedOrder,
  DeadLetterOffice,
  DeadLetterService,
  GroupCommit,
  OrderIds,
  OrderService,
  OutboxRelay,
  ProductService,
} from '@ecommerce/domain'
import {
  createConsumerStack,
  createHttpStack,
  createLogger,
  createScheduleStack,
  type Dependency,
  readConfig,
} from '@ecommerce/runtime'

/**
 * The one place where things are constructed. Node evaluates it once per process, so all functions of a process share
 * one pool of connections and one group commit. Nothing connects before it is used.
 */
const config = readConfig()
const clock = () => new Date()

const database = new Database({
  host: config.MYSQL_HOST,
  port: config.MYSQL_PORT,
  user: config.MYSQL_USER,
  password: config.MYSQL_PASSWORD,
  database: config.MYSQL_DATABASE,
  poolSize: config.MYSQL_POOL_SIZE,
  queryTimeoutMs: config.MYSQL_QUERY_TIMEOUT_MS,
  retryWithinMs: config.MYSQL_RETRY_WITHIN_MS,
  ...(config.OUTBOX_RELAY_AFTER_COMMIT && { onCommitted: () => outboxRelay.kick() }),
})

const orderStore = new MysqlOrderStore(database, clock)
const placement = new GroupCommit(orderStore.place.bind(orderStore), {
  maxBatch: config.ORDER_BATCH_SIZE,
  maxWaiting: config.ORDER_QUEUE_SIZE,
})

/**
 * Consumed batches take turns: side by side they would only wait for the lock of a hot product, and time out there when
 * many do.
 */
const consumedBatches = new GroupCommit(
  (batches: (readonly AcceptedOrder[])[]) => Promise.all(batches.map((batch) => orderStore.place(batch))),
  { maxBatch: 1, maxWaiting: config.ORDER_QUEUE_SIZE },
)

const logger = createLogger(config.LOG_LEVEL)

/** Ends what holds connections to the brokers. */
const disconnect: (() => Promise<void>)[] = []

export const http = createHttpStack(logger)

export const consumer = createConsumerStack(logger)

export const scheduled = createScheduleStack(logger)

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
  kafka: new DeadLetterOffice(kafkaPublisher(config.KAFKA_DLQ_TOPIC), clock),
  rabbitmq: new DeadLetterOffice(rabbitMqPublisher(config.RABBITMQ_DLX, config.RABBITMQ_ROUTING_KEY), clock),
}

/** What becomes of it there. */
export const deadLetterService = new DeadLetterService({
  store: new MysqlDeadLetterStore(database),
  origins: orderPublishers,
  clock,
})

export const outboxRelay = new OutboxRelay(
  {
    store: new MysqlOutboxStore(database, clock),
    publisher: new KafkaEventPublisher(kafkaProducer(), {
      product: config.KAFKA_PRODUCT_EVENTS_TOPIC,
      order: config.KAFKA_ORDER_EVENTS_TOPIC,
    }),
    clock,
    isBusy: () => placement.isBusy || consumedBatches.isBusy,
    pause: (ms) => delay(ms, undefined, { ref: false }),
    onFailure: (error) => logger.warn({ err: error }, 'events stay in the outbox and will be relayed later'),
  },
  {
    batchSize: config.OUTBOX_BATCH_SIZE,
    intervalMs: config.OUTBOX_INTERVAL_MS,
    busyIntervalMs: config.OUTBOX_BUSY_INTERVAL_MS,
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
  },
}

export const dependencyTimeoutMs = config.READY_TIMEOUT_MS

export const dependencies: readonly Dependency[] = [
  { name: 'mysql', required: true, check: () => database.read((session) => session.rows('SELECT 1')) },
  {
    name: 'kafka',
    required: false,
    check: () =>
      checkKafka({
        brokers: config.KAFKA_BROKERS,
        topics: [config.KAFKA_TOPIC, config.KAFKA_DLQ_TOPIC],
        timeoutMs: dependencyTimeoutMs,
      }),
  },
  {
    name: 'rabbitmq',
    required: false,
    check: () =>
      checkRabbitMq({
        url: config.RABBITMQ_URL,
        queues: [config.RABBITMQ_QUEUE, config.RABBITMQ_DLQ],
        timeoutMs: dependencyTimeoutMs,
      }),
  },
]

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

function kafkaPublisher(topic: string): KafkaPublisher {
  return new KafkaPublisher(kafkaProducer(), {
    topic,
    maxBatch: config.KAFKA_PRODUCER_BATCH_SIZE,
    maxWaiting: config.PUBLISH_QUEUE_SIZE,
    publishWithinMs: config.PUBLISH_WITHIN_MS,
  })
}

function rabbitMqPublisher(exchange: string, routingKey: string): RabbitMqPublisher {
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
  return publisher
}
