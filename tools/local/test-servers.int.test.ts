import { withConnection } from '@ecommerce/adapters/mysql'
import { readConfig } from '@ecommerce/runtime/config'
import { type ConfirmChannel, connect } from 'amqplib'
import { Kafka, logLevel } from 'kafkajs'
import { describe, expect, it, onTestFinished } from 'vitest'
import { SERVER_NAMES } from './server'
import { serverNamed } from './servers'
import { testServer } from './test-servers'

const config = readConfig()

describe.each(SERVER_NAMES)('the %s of a test run', (name) => {
  it('is down after a kill, and has its data again after a start', { timeout: 120_000 }, async () => {
    const server = testServer(name)
    let isDown = false
    onTestFinished(async () => {
      if (isDown) await server.start()
    })
    const marks = MARKS[name](`mark-${Date.now()}`)
    await marks.leave()

    isDown = true
    await server.kill()
    expect(await serverNamed(name).probe(config)).toEqual({ kind: 'silent' })

    await server.start()
    isDown = false
    expect(await serverNamed(name).probe(config)).toMatchObject({ kind: 'ready' })
    expect(await marks.isThere()).toBe(true)
  })
})

interface Mark {
  leave(): Promise<void>
  isThere(): Promise<boolean>
}

/**
 * Stores one durable item in each server. RabbitMQ confirms a message after it is on disk, but reports a new queue
 * before that, so a queue that was just declared may be lost.
 */
const MARKS: Readonly<Record<(typeof SERVER_NAMES)[number], (mark: string) => Mark>> = {
  mysql: (mark) => ({
    leave: () => withMysql((query) => query(`CREATE TABLE \`${mark}\` (id INT PRIMARY KEY)`)).then(() => {}),
    isThere: () => withMysql((query) => query(`DROP TABLE \`${mark}\``)).then(() => true),
  }),
  kafka: (mark) => ({
    leave: () => withKafka((admin) => admin.createTopics({ topics: [{ topic: mark }] })).then(() => {}),
    isThere: () => withKafka(async (admin) => (await admin.listTopics()).includes(mark)),
  }),
  rabbitmq: (mark) => ({
    leave: () =>
      withRabbitmq(async (channel) => {
        channel.sendToQueue(config.RABBITMQ_QUEUE, Buffer.from('{}'), { persistent: true, messageId: mark })
        await channel.waitForConfirms()
      }),
    isThere: () => withRabbitmq((channel) => takeMessage(channel, config.RABBITMQ_QUEUE, mark)),
  }),
}

async function withMysql<T>(work: (query: (sql: string) => Promise<T>) => Promise<T>): Promise<T> {
  return withConnection(config, (connection) => work(async (sql) => (await connection.query(sql))[0] as T))
}

async function withKafka<T>(work: (admin: ReturnType<Kafka['admin']>) => Promise<T>): Promise<T> {
  const admin = new Kafka({ brokers: config.KAFKA_BROKERS, logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  try {
    return await work(admin)
  } finally {
    await admin.disconnect()
  }
}

/** Messages of other tests return to the queue when the connection ends. */
async function takeMessage(channel: ConfirmChannel, queue: string, messageId: string): Promise<boolean> {
  for (;;) {
    const message = await channel.get(queue)
    if (message === false) return false
    if (message.properties.messageId !== messageId) continue
    channel.ack(message)
    return true
  }
}

async function withRabbitmq<T>(work: (channel: ConfirmChannel) => Promise<T>): Promise<T> {
  const connection = await connect(config.RABBITMQ_URL[0])
  try {
    const channel = await connection.createConfirmChannel()
    const result = await work(channel)
    await channel.close()
    return result
  } finally {
    await connection.close()
  }
}
