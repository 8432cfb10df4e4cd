import { createTopic, kafkaOptions } from '@ecommerce/testing/kafka'
import { mysqlOptions } from '@ecommerce/testing/mysql'
import { rabbitMqManagementPort, rabbitMqUrl, withQueue } from '@ecommerce/testing/rabbitmq'
import { expect, it } from 'vitest'
import { describeKafka } from './kafka/describe-kafka'
import { Database } from './mysql/database'
import { describeMysql } from './mysql/describe-mysql'
import { describeRabbitMq } from './rabbitmq/describe-rabbitmq'

const timeoutMs = 5_000

it('the description of MySQL has the version, and whether a commit is on disk', async () => {
  const database = new Database(mysqlOptions())
  const set = (value: number) =>
    database.read((session) => session.write('SET GLOBAL innodb_flush_log_at_trx_commit = ?', [value]))

  const durable = await describeMysql(database)
  await set(2)
  const hasty = await describeMysql(database)
  await set(1)
  await database.close()

  expect(durable.version).toMatch(/^\d+\.\d+\.\d+.* \(.+\)$/)
  expect(durable.durability).toMatchObject({
    innodb_flush_log_at_trx_commit: '1',
    sync_binlog: expect.stringMatching(/^\d+$/),
    log_bin: expect.stringMatching(/^(ON|OFF)$/),
  })
  expect(hasty.durability).toMatchObject({ innodb_flush_log_at_trx_commit: '2' })
})

it('the description of Kafka has the number of copies, and how many must be in sync', async () => {
  const { brokers } = kafkaOptions()
  const topic = await createTopic(1)

  expect(await describeKafka({ brokers, topic, timeoutMs })).toEqual({
    durability: {
      acks: 'all',
      'enable.idempotence': 'true',
      'replication.factor': '1',
      'min.insync.replicas': '1',
    },
  })
})

it('the description of Kafka fails when the cluster does not respond, or has no such topic', async () => {
  const { brokers } = kafkaOptions()

  await expect(describeKafka({ brokers: ['127.0.0.1:1'], topic: 'orders', timeoutMs })).rejects.toThrow('ECONNREFUSED')
  await expect(describeKafka({ brokers, topic: 'no-such-topic', timeoutMs })).rejects.toThrow('topic')
})

it.each(['quorum', 'classic'] as const)(
  'the description of RabbitMQ has the version, and the type %s of a queue',
  async (type) => {
    await withQueue(type, async (queue) => {
      const options = { urls: [rabbitMqUrl()], managementPort: rabbitMqManagementPort(), queue, timeoutMs }

      expect(await describeRabbitMq(options)).toEqual({
        version: expect.stringMatching(/^\d+\.\d+/),
        durability: {
          'delivery-mode': 'persistent',
          'publisher-confirms': 'true',
          'queue.type': type,
          'queue.durable': 'true',
        },
      })
    })
  },
)

it('the description of RabbitMQ leaves the queue out without the management interface', async () => {
  const { version, durability } = await describeRabbitMq({
    urls: [rabbitMqUrl()],
    managementPort: 1,
    queue: 'orders',
    timeoutMs,
  })

  expect(version).toMatch(/^\d+\.\d+/)
  expect(durability).toEqual({ 'delivery-mode': 'persistent', 'publisher-confirms': 'true' })
})
