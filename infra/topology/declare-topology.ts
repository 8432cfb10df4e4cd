import { withAdmin } from '@ecommerce/adapters/kafka'
import { withChannel } from '@ecommerce/adapters/rabbitmq'
import type { Config } from '@ecommerce/runtime/config'
import type { Channel } from 'amqplib'
import { type Admin, Kafka, logLevel } from 'kafkajs'
import { applyDeadLetterPolicy } from './dead-letter-policy'

/** The server may say nothing for this long while it declares a queue. */
const RESPONSE_TIMEOUT_MS = 30_000

/** A topic or queue of a configured name exists, with other settings than the configured ones. */
export class TopologyConflictError extends Error {
  override readonly name = 'TopologyConflictError'
  readonly code = 'topology-conflict'
}

/**
 * Creates the topics of orders, dead letters and events that do not exist yet.
 * @throws {TopologyConflictError} when the topic of orders has another number of partitions than configured
 */
export async function declareKafkaTopics(config: Config): Promise<void> {
  const kafka = new Kafka({ brokers: config.KAFKA_BROKERS, logLevel: logLevel.NOTHING })
  await withAdmin(kafka.admin(), async (admin) => {
    await createMissingTopics(admin, config)
    await assertPartitions(admin, config)
  })
}

async function createMissingTopics(admin: Admin, config: Config): Promise<void> {
  const wanted = [
    config.KAFKA_TOPIC,
    config.KAFKA_DLQ_TOPIC,
    config.KAFKA_PRODUCT_EVENTS_TOPIC,
    config.KAFKA_ORDER_EVENTS_TOPIC,
  ]
  const existing = await admin.listTopics()
  const topics = wanted
    .filter((topic) => !existing.includes(topic))
    .map((topic) => ({
      topic,
      numPartitions: config.KAFKA_PARTITIONS,
      replicationFactor: config.KAFKA_REPLICATION,
    }))
  if (topics.length > 0) await admin.createTopics({ topics, waitForLeaders: true })
}

/** Checked after the creation: another process may have created the topic at the same time. */
async function assertPartitions(admin: Admin, { KAFKA_TOPIC, KAFKA_PARTITIONS }: Config): Promise<void> {
  const { topics } = await admin.fetchTopicMetadata({ topics: [KAFKA_TOPIC] })
  for (const { name, partitions } of topics) {
    if (partitions.length === KAFKA_PARTITIONS) continue
    throw new TopologyConflictError(
      `Kafka topic ${name} has ${partitions.length} partitions, KAFKA_PARTITIONS is ${KAFKA_PARTITIONS}. ` +
        'Change the setting, or create the topic again (npm run reset -- kafka)',
    )
  }
}

/**
 * Declares the exchange and the queue of orders, and those of their dead letters.
 * @param warn receives what a person should do
 * @throws {TopologyConflictError} when one exists with other settings
 */
export async function declareRabbitmqTopology(config: Config, warn: (text: string) => void): Promise<void> {
  const addresses = { urls: config.RABBITMQ_URL, timeoutMs: RESPONSE_TIMEOUT_MS }
  try {
    await withChannel(addresses, async (channel, { connection }) => {
      const serverMajor = Number.parseInt(String(connection.serverProperties.version), 10)
      await declareQueues(channel, config, serverMajor)
      await channel.close()
    })
  } catch (error) {
    if (error instanceof Error && error.message.includes('PRECONDITION_FAILED')) throw toConflict(error)
    throw error
  }
  if (config.RABBITMQ_QUEUE_TYPE === 'classic') return
  const advice = await applyDeadLetterPolicy(config)
  if (advice !== undefined) warn(advice)
}

async function declareQueues(channel: Channel, config: Config, serverMajor: number): Promise<void> {
  await channel.assertExchange(config.RABBITMQ_DLX, 'fanout', { durable: true })
  await channel.assertQueue(config.RABBITMQ_DLQ, { durable: true, arguments: queueArguments(config, serverMajor) })
  await channel.bindQueue(config.RABBITMQ_DLQ, config.RABBITMQ_DLX, '')

  await channel.assertExchange(config.RABBITMQ_EXCHANGE, 'topic', { durable: true })
  await channel.assertQueue(config.RABBITMQ_QUEUE, {
    durable: true,
    deadLetterExchange: config.RABBITMQ_DLX,
    ...(config.RABBITMQ_MESSAGE_TTL_MS > 0 ? { messageTtl: config.RABBITMQ_MESSAGE_TTL_MS } : {}),
    arguments: queueArguments(config, serverMajor),
  })
  await channel.bindQueue(config.RABBITMQ_QUEUE, config.RABBITMQ_EXCHANGE, config.RABBITMQ_ROUTING_KEY)
}

/**
 * By default, RabbitMQ 4 dead-letters a message of a quorum queue when it is returned for the 20th time. While the
 * database is down, an order is returned more often than that. Earlier versions have no limit, and no argument for it.
 */
export function queueArguments({ RABBITMQ_QUEUE_TYPE }: Config, serverMajor: number): Record<string, unknown> {
  const isLimited = RABBITMQ_QUEUE_TYPE === 'quorum' && serverMajor >= 4
  return { 'x-queue-type': RABBITMQ_QUEUE_TYPE, ...(isLimited ? { 'x-delivery-limit': -1 } : {}) }
}

function toConflict(error: Error): TopologyConflictError {
  const detail = /PRECONDITION_FAILED - (.*?)"?$/.exec(error.message)?.[1] ?? error.message
  return new TopologyConflictError(
    `RabbitMQ: ${detail}. A queue or an exchange keeps the settings that it was created with. Either set the old value ` +
      'again, or wait until the queue is empty (npm run lag), delete it, and declare it again (npm run infra -- up). ' +
      'On a desk, npm run infra -- reset rabbitmq deletes all queues with their messages',
    { cause: error },
  )
}
