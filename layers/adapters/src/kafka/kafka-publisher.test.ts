import { UnavailableError } from '@ecommerce/domain'
import type { PartitionMetadata } from 'kafkajs'
import { describe, expect, it } from 'vitest'
import type { KafkaProducerOptions } from './kafka-producer'
import { KafkaPublisher } from './kafka-publisher'

const PRODUCER = { brokers: ['one:1'], clientId: 'test', retries: 5, requestTimeoutMs: 2_500 }

interface Sending {
  readonly producer: number
  readonly keys: string[]
  end(error?: Error): void
}

/** A publisher to a topic with three leaders, whose batches end when the test says so. */
async function setUp() {
  const sendings: Sending[] = []
  const opened: KafkaProducerOptions[] = []
  const closed: number[] = []
  const publisher = new KafkaPublisher(
    PRODUCER,
    { topic: 'orders', maxBatch: 100, maxWaiting: 100, publishWithinMs: 60_000 },
    (options) => {
      const producer = opened.push(options)
      return {
        send: ([batch]) =>
          new Promise((resolve, reject) => {
            const keys = batch?.messages.map(({ key }) => String(key)) ?? []
            sendings.push({ producer, keys, end: (error) => (error ? reject(error) : resolve()) })
          }),
        close: async () => void closed.push(producer),
      }
    },
  )
  const partitions: PartitionMetadata[] = [7, 8, 9].map((leader, partitionId) => ({
    partitionId,
    leader,
    partitionErrorCode: 0,
    replicas: [],
    isr: [],
  }))
  opened[0]?.onPartitions?.('orders', partitions)
  const publish = (key: string) => publisher.publish({ id: key, key, body: '{}', headers: {} })
  return { publisher, publish, sendings, closed }
}

const KEYS = Array.from({ length: 30 }, (_, user) => `user ${user}`)

describe('a publisher to a topic with three leaders', () => {
  it('has one batch in flight for each leader', async () => {
    const { publish, sendings } = await setUp()
    const published = KEYS.map(publish)

    expect(sendings.map(({ producer }) => producer).sort()).toEqual([1, 2, 3])

    const isOver = Promise.all(published)
    for (let done = 0; done < sendings.length; done++) {
      sendings[done]?.end()
      await new Promise(setImmediate)
    }
    await isOver
    expect(sendings.flatMap(({ keys }) => keys).sort()).toEqual([...KEYS].sort())
  })

  it('publishes the messages of the other leaders while one does not respond', async () => {
    const { publish, sendings } = await setUp()
    const outcomes = new Map<string, string>()
    const published = KEYS.map((key) =>
      publish(key).then(
        () => void outcomes.set(key, 'confirmed'),
        (error) => void outcomes.set(key, error instanceof UnavailableError ? 'unavailable' : 'failed'),
      ),
    )
    const stuck = sendings.find(({ producer }) => producer === 2)
    for (let done = 0; done < sendings.length; done++) {
      if (sendings[done] !== stuck) sendings[done]?.end()
      await new Promise(setImmediate)
    }
    expect(outcomes.size).toBeGreaterThan(10)
    expect(new Set(outcomes.values())).toEqual(new Set(['confirmed']))

    stuck?.end(new UnavailableError('Kafka'))
    await new Promise(setImmediate)
    for (const sending of sendings) sending.end()
    await Promise.all(published)
    expect([...outcomes.values()].filter((outcome) => outcome === 'unavailable')).toHaveLength(stuck?.keys.length ?? 0)
  })

  it('closes the producers of all leaders', async () => {
    const { publisher, closed } = await setUp()

    await publisher.close()

    expect(closed.sort()).toEqual([1, 2, 3])
  })
})

describe('a batch of large messages', () => {
  const LARGE = 'x'.repeat(300_000)

  /** A publisher to a topic with one leader, whose sends behave as the test says. */
  function setUpSends(behave: (send: number) => Promise<void>) {
    const sizes: number[] = []
    const publisher = new KafkaPublisher(
      PRODUCER,
      { topic: 'orders', maxBatch: 100, maxWaiting: 100, publishWithinMs: 60_000 },
      () => ({
        send: async ([batch]) => behave(sizes.push(batch?.messages.length ?? 0)),
        close: async () => undefined,
      }),
    )
    const publishAll = (count: number) =>
      Promise.allSettled(
        Array.from({ length: count }, (_, id) =>
          publisher.publish({ id: String(id), key: String(id), body: LARGE, headers: {} }),
        ),
      )
    return { sizes, publishAll }
  }

  it('is sent in parts that a broker accepts', async () => {
    const { sizes, publishAll } = setUpSends(async () => undefined)

    const outcomes = await publishAll(9)

    expect(outcomes.every(({ status }) => status === 'fulfilled')).toBe(true)
    expect(Math.max(...sizes)).toBe(2)
    expect(sizes.reduce((sum, size) => sum + size)).toBe(9)
  })

  it('confirms the parts before a failure, and refuses the others without sending them', async () => {
    // The first batch has one message. The second one has five, in three parts.
    const { sizes, publishAll } = setUpSends(async (send) => {
      if (send === 3) throw new UnavailableError('Kafka')
    })

    const outcomes = await publishAll(10)

    expect(sizes.slice(0, 3)).toEqual([1, 2, 2])
    expect(outcomes.slice(0, 6).map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'rejected',
      'rejected',
      'rejected',
    ])
  })
})
