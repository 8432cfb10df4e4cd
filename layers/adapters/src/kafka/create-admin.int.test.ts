import { createTopic, kafkaOptions } from '@ecommerce/testing/kafka'
import { expect, it, onTestFinished } from 'vitest'
import { checkKafka } from './check-kafka'
import { describeKafka } from './describe-kafka'
import { KafkaLag } from './kafka-lag'

const timeoutMs = 5_000
const brokers = ['127.0.0.1:1', ...kafkaOptions().brokers]

it('an admin client works while the first broker of the list is down', async () => {
  const topic = await createTopic(1)
  const lag = new KafkaLag({ brokers, groups: [{ topic, group: 'nobody' }], timeoutMs })
  onTestFinished(() => lag.close())

  await checkKafka({ brokers, topics: [topic], timeoutMs })
  expect(await describeKafka({ brokers, topic, timeoutMs })).toMatchObject({ durability: { acks: 'all' } })
  expect(await lag.measure()).toEqual([{ topic, group: 'nobody', partition: 0, lag: 0 }])
})

it('an admin client fails when all brokers are down', async () => {
  await expect(checkKafka({ brokers: ['127.0.0.1:1', '127.0.0.1:2'], topics: [], timeoutMs })).rejects.toThrow(
    'ECONNREFUSED',
  )
})
