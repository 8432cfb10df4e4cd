import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { testServer } from '../../../../tools/local/test-servers'
import type { Invoke, Poller } from '../event-source-mapping'
import { recordInvocations } from '../testing/record-invocations'
import { committedOffsets, type KafkaSource, kafkaSource, withAdmin } from '../testing/test-kafka'
import type { KafkaPollerOptions } from './kafka-client-settings'

const server = testServer('kafka')
const WITHIN = { timeout: 30_000, interval: 20 }
/** After the end of a fault, records must be delivered again within this time. */
const RECOVERY = { timeout: 15_000, interval: 20 }

async function openSource(partitions = 1): Promise<KafkaSource> {
  const source = kafkaSource(`test-${randomUUID()}`, partitions)
  await source.create()
  return source
}

async function start(source: KafkaSource, invoke: Invoke, options: Partial<KafkaPollerOptions> = {}): Promise<Poller> {
  const poller = source.pollerOf(invoke, {}, options)
  onTestFinished(() => poller.stop(0))
  poller.start()
  await vi.waitFor(() => expect(poller.state().status).toBe('running'), WITHIN)
  return poller
}

async function committed(source: KafkaSource): Promise<number | undefined> {
  return (await committedOffsets(source.topic, source.mapping.consumerGroupId)).get(0)
}

describe('a Kafka mapping whose broker is frozen', () => {
  // Shorter than the limit of a response, longer than it, and longer than the session of the group.
  it.each([2_000, 12_000])('delivers again within 15 s after a freeze of %i ms', async (freezeMs) => {
    const source = await openSource()
    const calls = recordInvocations(source.bodiesOf)
    await start(source, calls.invoke)
    await source.publish(['before'])
    await vi.waitFor(() => expect(calls.bodies()).toEqual(['before']), WITHIN)
    await vi.waitFor(async () => expect(await committed(source)).toBe(1), WITHIN)

    await server.freeze()
    try {
      await delay(freezeMs)
    } finally {
      await server.thaw()
    }
    const thawedAt = performance.now()
    await source.publish(['after'])

    await vi.waitFor(() => expect(calls.bodies()).toContain('after'), RECOVERY)
    expect(performance.now() - thawedAt).toBeLessThan(RECOVERY.timeout)
    await vi.waitFor(async () => expect(await committed(source)).toBe(2), WITHIN)
  })
})

describe('a Kafka mapping whose topic changes', () => {
  it('finds a partition that is added', async () => {
    const source = await openSource(1)
    const calls = recordInvocations(source.bodiesOf)
    await start(source, calls.invoke, { metadataMaxAgeMs: 1_000 })

    await withAdmin((admin) => admin.createPartitions({ topicPartitions: [{ topic: source.topic, count: 2 }] }))
    await vi.waitFor(() => source.publishTo(1, [{ value: 'added' }]), WITHIN)

    await vi.waitFor(() => expect(calls.bodies()).toEqual(['added']), WITHIN)
  })

  it('continues at the first record that is left when records were deleted before their delivery, and logs that once', async () => {
    const source = await openSource()
    const calls = recordInvocations(source.bodiesOf)
    const first = await start(source, calls.invoke)
    await source.publish(['a'])
    await vi.waitFor(async () => expect(await committed(source)).toBe(1), WITHIN)
    await first.stop(10_000)
    await source.publish(['b', 'c', 'd'])
    await withAdmin(async (admin) => {
      // Loads the metadata that the deletion needs.
      await admin.fetchTopicOffsets(source.topic)
      await admin.deleteTopicRecords({ topic: source.topic, partitions: [{ partition: 0, offset: '3' }] })
    })
    const log: string[] = []
    const keep = (line: string) => void log.push(line)

    const second = source.pollerOf(calls.invoke, {}, {}, { log: { info: keep, warning: keep } })
    onTestFinished(() => second.stop(0))
    second.start()

    await vi.waitFor(() => expect(calls.bodies()).toEqual(['a', 'd']), WITHIN)
    await vi.waitFor(async () => expect(await committed(source)).toBe(4), WITHIN)
    const line = `records of ${source.topic}-0 were deleted before they were delivered`
    expect(log.filter((each) => each.includes(line))).toHaveLength(1)
    expect(log).toHaveLength(1)
  })
})
