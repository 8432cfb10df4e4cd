import { randomUUID } from 'node:crypto'
import { checkKafka } from '@ecommerce/adapters/kafka'
import { Database, MysqlOrderStore, MysqlProductStore } from '@ecommerce/adapters/mysql'
import { checkRabbitMq } from '@ecommerce/adapters/rabbitmq'
import { GroupCommit, OrderIds, OrderService, ProductService } from '@ecommerce/domain'
import { createHttpStack, createLogger, type Dependency, readConfig } from '@ecommerce/runtime'

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
})

const orderStore = new MysqlOrderStore(database, clock)
const placement = new GroupCommit(orderStore.place.bind(orderStore), {
  maxBatch: config.ORDER_BATCH_SIZE,
  maxWaiting: config.ORDER_QUEUE_SIZE,
})

export const http = createHttpStack(createLogger(config.LOG_LEVEL))

export const products = new ProductService(new MysqlProductStore(database), clock)

export const orders = new OrderService({
  store: orderStore,
  ids: new OrderIds({ secret: config.ORDER_ID_SECRET, clock, randomUuid: randomUUID }),
  clock,
  place: (order) => placement.submit(order),
})

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
