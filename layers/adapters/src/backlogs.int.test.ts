import { commitOffsets, createTopic, kafkaOptions } from '@ecommerce/testing/kafka'
import { rabbitMqUrl, withQueue } from '@ecommerce/testing/rabbitmq'
import { afterEach, describe, expect, it } from 'vitest'
import { KafkaLag } from './kafka/kafka-lag'
import { KafkaProducer } from './kafka/kafka-producer'
import { RabbitMqDepth } from './rabbitmq/rabbitmq-depth'

const timeoutMs = 5_000
const closing: { close(): Promise<void> }[] = []

afterEach(async () => {
  await Promise.all(closing.splice(0).map((one) => one.close()))
})

function open<One extends { close(): Promise<void> }>(one: One): One {
  closing.push(one)
  return one
}

describe('the lag of a consumer group', () => {
  it('counts all records of the topic, then the records that the group has not committed', async () => {
    const { brokers } = kafkaOptions()
    const topic = await createTopic(2)
    const group = `group-of-${topic}`
    const producer = open(new KafkaProducer(kafkaOptions()))
    const messages = (partition: number, count: number) =>
      Array.from({ length: count }, () => ({ partition, value: 'x' }))
    const lag = open(new KafkaLag({ brokers, groups: [{ topic, group }], timeoutMs }))
    const measured = async () => (await lag.measure()).map((one) => [one.partition, one.lag])

    await producer.send([{ topic, messages: [...messages(0, 3), ...messages(1, 2)] }], 5_000)
    // The first group of a new cluster finds no coordinator for a moment.
    await expect
      .poll(() => measured().catch(String), { timeout: 20_000 })
      .toEqual([
        [0, 3],
        [1, 2],
      ])

    await commitOffsets(group, topic, { 0: 1, 1: 2 })
    expect(await measured()).toEqual([
      [0, 2],
      [1, 0],
    ])
  })

  it('cannot be measured while the cluster is down, or without the topic', async () => {
    const groups = [{ topic: 'no-such-topic', group: 'nobody' }]
    const down = open(new KafkaLag({ brokers: ['127.0.0.1:1'], groups, timeoutMs }))
    const unknown = open(new KafkaLag({ brokers: kafkaOptions().brokers, groups, timeoutMs }))

    await expect(down.measure()).rejects.toThrow('ECONNREFUSED')
    await expect(unknown.measure()).rejects.toThrow()
    await expect(unknown.measure()).rejects.toThrow()
  })
})

describe('the depth of a queue', () => {
  it('counts the messages that are ready', async () => {
    await withQueue('classic', async (queue, send) => {
      const depth = open(new RabbitMqDepth({ urls: [rabbitMqUrl()], queues: [queue], timeoutMs }))

      expect(await depth.measure()).toEqual([{ queue, ready: 0, consumers: 0 }])
      await send('one')
      await send('two')
      expect(await depth.measure()).toEqual([{ queue, ready: 2, consumers: 0 }])
    })
  })

  it('can be measured again after a failure', async () => {
    await withQueue('classic', async (queue) => {
      const down = open(new RabbitMqDepth({ urls: ['amqp://guest:guest@127.0.0.1:1/'], queues: [queue], timeoutMs }))
      const queues = ['no-such-queue']
      const depth = open(new RabbitMqDepth({ urls: [rabbitMqUrl()], queues, timeoutMs }))

      await expect(down.measure()).rejects.toThrow('ECONNREFUSED')
      await expect(depth.measure()).rejects.toThrow('NOT_FOUND')
      queues[0] = queue
      expect(await depth.measure()).toEqual([{ queue, ready: 0, consumers: 0 }])
    })
  })
})
