import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
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

it('a check succeeds while the first broker of the list accepts connections and never responds', async () => {
  const topic = await createTopic(1)
  const silent = createServer().listen(0, '127.0.0.1')
  await once(silent, 'listening')
  onTestFinished(() => void silent.close())
  const { port } = silent.address() as AddressInfo
  const brokers = [`127.0.0.1:${port}`, ...kafkaOptions().brokers]

  await checkKafka({ brokers, topics: [topic], timeoutMs })
})

it('an admin client fails when all brokers are down', async () => {
  await expect(checkKafka({ brokers: ['127.0.0.1:1', '127.0.0.1:2'], topics: [], timeoutMs })).rejects.toThrow(
    'ECONNREFUSED',
  )
})
