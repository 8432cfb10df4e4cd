import type { Config } from '@ecommerce/runtime/config'
import { type Channel, connect } from 'amqplib'
import { Kafka, logLevel } from 'kafkajs'

/** What exists under a configured name was declared with other settings. */
export class TopologyConflictError extends Error {
  override readonly name = 'TopologyConflictError'
  readonly code = 'topology-conflict'
}

/**
 * Creates the topics of orders, their dead letters and events; leaves existing ones alone.
 * @throws {TopologyConflictError} when that of orders exists with another number of partitions
 */
export async function declareKafkaTopics(config: Config): Promise<void> {
  const kafka = new Kafka({ brokers: config.KAFKA_BROKERS, logLevel: logLevel.NOTHING })
  const admin = kafka.admin()
  await admin.connect()
  try {
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
    // Two declarers at once may both have found a topic missing, so what counts is what is there in the end.
    for (const { name, partitions } of (await admin.fetchTopicMetadata({ topics: [config.KAFKA_TOPIC] })).topics) {
      if (partitions.length === config.KAFKA_PARTITIONS) continue
      throw new TopologyConflictError(
        `Kafka topic ${name} has ${partitions.length} partitions, KAFKA_PARTITIONS is ${config.KAFKA_PARTITIONS}. ` +
          'Set it to what exists, or create the topic anew (npm run reset -- kafka)',
      )
    }
  } finally {
    await admin.disconnect()
  }
}

/**
 * Declares the order exchange and queue, and where their dead letters go.
 * @throws {TopologyConflictError} when one exists with other settings
 */
export async function declareRabbitmqTopology(config: Config): Promise<void> {
  const connection = await connect(config.RABBITMQ_URL)
  try {
    const channel = await connection.createChannel()
    // A refused declaration closes the channel, and is thrown by the call as well.
    channel.on('error', () => {})
    const serverMajor = Number.parseInt(String(connection.connection.serverProperties.version), 10)
    await declareQueues(channel, config, serverMajor)
    await channel.close()
  } catch (error) {
    if (error instanceof Error && error.message.includes('PRECONDITION_FAILED')) throw toConflict(error)
    throw error
  } finally {
    await connection.close()
  }
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
 * RabbitMQ 4 drops a message from a quorum queue at its 20th return unless told otherwise; an order that waits for its
 * database is returned more often than that. Before version 4 there is no limit, nor a way to ask for none.
 */
export function queueArguments({ RABBITMQ_QUEUE_TYPE }: Config, serverMajor: number): Record<string, unknown> {
  const isLimited = RABBITMQ_QUEUE_TYPE === 'quorum' && serverMajor >= 4
  return { 'x-queue-type': RABBITMQ_QUEUE_TYPE, ...(isLimited ? { 'x-delivery-limit': -1 } : {}) }
}

function toConflict(error: Error): TopologyConflictError {
  const detail = /PRECONDITION_FAILED - (.*?)"?$/.exec(error.message)?.[1] ?? error.message
  return new TopologyConflictError(
    `RabbitMQ: ${detail}. Set it to what exists, or delete that (npm run infra -- reset rabbitmq)`,
    { cause: error },
  )
}
