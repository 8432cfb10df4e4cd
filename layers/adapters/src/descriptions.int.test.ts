import { createTopic, kafkaOptions } from '@ecommerce/testing/kafka'
import { mysqlOptions } from '@ecommerce/testing/mysql'
import { rabbitMqManagementPort, rabbitMqUrl, withQueue } from '@ecommerce/testing/rabbitmq'
import { expect, it } from 'vitest'
import { describeKafka } from './kafka/describe-kafka'
import { Database } from './mysql/database'
import { describeMysql } from './mysql/describe-mysql'
import { describeRabbitMq } from './rabbitmq/describe-rabbitmq'

const timeoutMs = 5_000

it('MySQL tells its version and whether a commit is on disk', async () => {
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

it('Kafka tells how many copies a topic has, and how many must be there', async () => {
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

it('Kafka that does not answer, or has no such topic, is an error', async () => {
  const { brokers } = kafkaOptions()

  await expect(describeKafka({ brokers: ['127.0.0.1:1'], topic: 'orders', timeoutMs })).rejects.toThrow('ECONNREFUSED')
  await expect(describeKafka({ brokers, topic: 'no-such-topic', timeoutMs })).rejects.toThrow('topic')
})

it.each(['quorum', 'classic'] as const)('RabbitMQ tells its version and that a queue is a %s one', async (type) => {
  await withQueue(type, async (queue) => {
    const options = { url: rabbitMqUrl(), managementPort: rabbitMqManagementPort(), queue, timeoutMs }

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
})

it('RabbitMQ without its management interface claims nothing of a queue', async () => {
  const { version, durability } = await describeRabbitMq({
    url: rabbitMqUrl(),
    managementPort: 1,
    queue: 'orders',
    timeoutMs,
  })

  expect(version).toMatch(/^\d+\.\d+/)
  expect(durability).toEqual({ 'delivery-mode': 'persistent', 'publisher-confirms': 'true' })
})
