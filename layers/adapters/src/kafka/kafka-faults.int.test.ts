import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { UnavailableError } from '@ecommerce/domain'
import { createTopic, kafkaOptions, readTopic, withAdmin } from '@ecommerce/testing/kafka'
import { expect, it, onTestFinished, vi } from 'vitest'
import { testServer } from '../../../../tools/local/test-servers'
import { KafkaPublisher } from './kafka-publisher'

const PUBLISH_WITHIN_MS = 2_500

function openPublisher(topic: string): KafkaPublisher {
  const publisher = new KafkaPublisher(kafkaOptions(), {
    topic,
    maxBatch: 100,
    maxWaiting: 1_000,
    publishWithinMs: PUBLISH_WITHIN_MS,
  })
  onTestFinished(() => publisher.close())
  return publisher
}

function publish(publisher: KafkaPublisher, id: string = randomUUID(), body = '{}'): Promise<void> {
  return publisher.publish({ id, key: id, body, headers: {} })
}

it('a frozen Kafka makes each publish unavailable in its time, and publishes go on when it continues', async () => {
  const server = testServer('kafka')
  const topic = await createTopic(3)
  const publisher = openPublisher(topic)
  const confirmed: string[] = []
  const durationsMs: number[] = []
  const attempt = async (): Promise<unknown> => {
    const id = randomUUID()
    const startedAt = performance.now()
    try {
      await publish(publisher, id)
      confirmed.push(id)
      return undefined
    } catch (error) {
      return error
    } finally {
      durationsMs.push(performance.now() - startedAt)
    }
  }
  await expect.poll(attempt, { timeout: 20_000 }).toBeUndefined()

  await server.freeze()
  try {
    for (let publishes = 0; publishes < 4; publishes++) expect(await attempt()).toBeInstanceOf(UnavailableError)
  } finally {
    await server.thaw()
  }
  await expect.poll(attempt, { timeout: 15_000 }).toBeUndefined()

  // The first one also creates the connection.
  expect(Math.max(...durationsMs.slice(1))).toBeLessThan(PUBLISH_WITHIN_MS + 1_000)
  // The controller fences a frozen broker, which then leads no partition until it has registered again.
  const records = await vi.waitFor(() => readTopic(topic), { timeout: 20_000, interval: 200 })
  const found = new Set(records.map(({ headers }) => String(headers?.['message-id'])))
  for (const id of confirmed) expect(found).toContain(id)
})

it('a deleted topic makes publishes unavailable, and they work when the topic exists again', async () => {
  const topic = await createTopic(1)
  const publisher = openPublisher(topic)
  await publish(publisher)

  await withAdmin((admin) => admin.deleteTopics({ topics: [topic] }))
  await expect
    .poll(() => publish(publisher).catch((error) => error), { timeout: 20_000 })
    .toBeInstanceOf(UnavailableError)

  await withAdmin(async (admin) => {
    // The brokers delete the topic some time after the response.
    while ((await admin.listTopics()).includes(topic)) await delay(20)
    await admin.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: false })
  })
  await expect.poll(() => publish(publisher).catch((error) => error), { timeout: 20_000 }).toBeUndefined()
})

it('a message that the broker refuses is unavailable, and publishes go on', async () => {
  const publisher = openPublisher(await createTopic(1))
  const tooLarge = Array.from({ length: 60_000 }, () => randomUUID()).join()

  await expect(publish(publisher, 'large', tooLarge)).rejects.toThrow(UnavailableError)

  await expect.poll(() => publish(publisher).catch((error) => error), { timeout: 20_000 }).toBeUndefined()
})
