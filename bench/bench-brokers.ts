import { randomBytes } from 'node:crypto'
import type { Config } from '@ecommerce/runtime/config'
import { connect } from 'amqplib'
import { Kafka, logLevel } from 'kafkajs'
import { declareKafkaTopics, declareRabbitmqTopology } from '../infra/topology/declare-topology'

/** Runs the work with new topics, queues and a new consumer group, and removes them after that. */
export async function withBenchBrokers<Result>(
  config: Config,
  work: (config: Config) => Promise<Result>,
): Promise<Result> {
  const name = `ecommerce-bench-${randomBytes(4).toString('hex')}`
  const own: Config = {
    ...config,
    KAFKA_TOPIC: name,
    KAFKA_DLQ_TOPIC: `${name}.dlq`,
    KAFKA_GROUP_ID: name,
    RABBITMQ_EXCHANGE: name,
    RABBITMQ_QUEUE: name,
    RABBITMQ_DLX: `${name}.dlx`,
    RABBITMQ_DLQ: `${name}.dlq`,
  }
  try {
    await declareKafkaTopics(own)
    await declareRabbitmqTopology(own, console.warn)
    return await work(own)
  } finally {
    await removeFromKafka(own)
    await removeFromRabbitmq(own)
  }
}

async function removeFromKafka(config: Config): Promise<void> {
  const admin = new Kafka({ brokers: config.KAFKA_BROKERS, logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  try {
    const present = await admin.listTopics()
    const topics = [config.KAFKA_TOPIC, config.KAFKA_DLQ_TOPIC].filter((topic) => present.includes(topic))
    await admin.deleteTopics({ topics })
    const { groups } = await admin.listGroups()
    const own = groups.map(({ groupId }) => groupId).filter((groupId) => groupId === config.KAFKA_GROUP_ID)
    if (own.length > 0) await admin.deleteGroups(own)
  } finally {
    await admin.disconnect()
  }
}

async function removeFromRabbitmq(config: Config): Promise<void> {
  const connection = await connect(config.RABBITMQ_URL[0])
  try {
    const channel = await connection.createChannel()
    for (const queue of [config.RABBITMQ_QUEUE, config.RABBITMQ_DLQ]) await channel.deleteQueue(queue)
    for (const exchange of [config.RABBITMQ_EXCHANGE, config.RABBITMQ_DLX]) await channel.deleteExchange(exchange)
  } finally {
    await connection.close()
  }
}

/** Deletes the backlog of the queue of orders. */
export async function purgeRabbitmqQueue({ RABBITMQ_URL, RABBITMQ_QUEUE }: Config): Promise<void> {
  const connection = await connect(RABBITMQ_URL[0])
  try {
    await (await connection.createChannel()).purgeQueue(RABBITMQ_QUEUE)
  } finally {
    await connection.close()
  }
}
