import type { EachBatchPayload, Kafka } from 'kafkajs'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createLanes } from '../delivery/lanes'
import { createMappingStats, type MappingStats } from '../delivery/mapping-stats'
import type { KafkaEvent } from '../event/kafka-event'
import type { PollerParts } from '../event-source-mapping'
import { aKafkaMapping, aKafkaRecord } from '../testing/kafka-builders'
import { GroupMember } from './group-member'
import { KAFKA_POLLER_DEFAULTS } from './kafka-client-settings'
import { TopicReader } from './topic-reader'

const mapping = aKafkaMapping()
const LIST = 'orders-0'
const WITHIN = { timeout: 10_000, interval: 5 }

let member: GroupMember
let stats: MappingStats
/** Offsets, in the order in which the function was invoked with them. */
const invoked: number[] = []
const committed: string[] = []
let receive: (payload: EachBatchPayload) => Promise<void>

function fail(error: unknown): void {
  expect.fail(String(error))
}

/** A member of a group that has committed offset 3 of the only partition. */
async function join(verifyTopic: () => Promise<void>): Promise<void> {
  invoked.length = 0
  committed.length = 0
  const consumer = {
    run: async ({ eachBatch }: { eachBatch: typeof receive }) => {
      receive = eachBatch
    },
    pause: vi.fn(),
    resume: vi.fn(),
    seek: vi.fn(),
    commitOffsets: async (offsets: readonly { readonly offset: string }[]) => {
      committed.push(...offsets.map(({ offset }) => offset))
    },
  }
  const admin = {
    fetchOffsets: async () => [{ topic: 'orders', partitions: [{ partition: 0, offset: '3' }] }],
    fetchTopicOffsets: async () => [{ partition: 0, offset: '5', high: '5', low: '0' }],
  }
  const parts: PollerParts = {
    invoke: async (_key, event) => {
      invoked.push(...((event as KafkaEvent).records[LIST] ?? []).map(({ offset }) => offset))
    },
    retryDelay: { firstMs: 1, longestMs: 1 },
    log: { info: () => {}, warning: () => {} },
    clock: () => 0,
  }
  stats = createMappingStats(parts, mapping.name)
  member = new GroupMember({
    mapping,
    parts,
    stats,
    lanes: createLanes(),
    passesFilters: () => true,
    settings: KAFKA_POLLER_DEFAULTS,
    kafka: { consumer: () => consumer } as unknown as Kafka,
    reader: new TopicReader({ topic: 'orders', onReplaced: fail, onOutOfRange: fail, onUndecodable: fail }),
    admin: admin as unknown as ConstructorParameters<typeof GroupMember>[0]['admin'],
    storeDiscarded: async () => undefined,
    verifyTopic,
    lose: fail,
  })
  await member.run()
  member.joined([0])
  await member.started
}

/** Hands the records 3 and 4 to the member. Resolves to whether they count as fetched. */
async function fetchBatch(): Promise<boolean> {
  const resolveOffset = vi.fn()
  const messages = [3n, 4n].map((offset) => ({ offset: String(offset), record: aKafkaRecord({ offset }) }))
  await receive({
    batch: { partition: 0, messages, lastOffset: () => '4' },
    resolveOffset,
    isStale: () => false,
    commitOffsetsIfNecessary: async ({ topics }: { topics: [{ partitions: [{ offset: string }] }] }) => {
      committed.push(topics[0].partitions[0].offset)
    },
  } as unknown as EachBatchPayload)
  return resolveOffset.mock.calls.length > 0
}

afterEach(() => member.partitions.keepOnly([]))

describe('a group member', () => {
  it('delivers and commits a batch of the topic that it has joined', async () => {
    await join(async () => undefined)

    expect(await fetchBatch()).toBe(true)

    await vi.waitFor(() => expect(committed).toEqual(['5']), WITHIN)
    expect(invoked).toEqual([3, 4])
  })

  it('commits offsets without records, also before the first batch', async () => {
    await join(async () => undefined)

    member.skipped(0, 4n)

    await vi.waitFor(() => expect(committed).toEqual(['4']), WITHIN)
    expect(invoked).toEqual([])
  })

  it('accepts no batch when the topic has changed, or when that is unknown', async () => {
    await join(() => Promise.reject(new Error('no coordinator')))

    expect(await fetchBatch()).toBe(false)

    expect(member.partitions.get(0)?.position).toBe(3n)
    expect(stats.snapshot().lastError?.message).toBe('no coordinator')
  })

  it('commits nothing until it knows that the topic is the same', async () => {
    let calls = 0
    await join(async () => {
      calls += 1
      // The first call is for the batch, the second one for its commit.
      if (calls === 2) throw new Error('no coordinator')
    })
    await fetchBatch()

    await vi.waitFor(() => expect(committed).toEqual(['5']), WITHIN)
    expect(calls).toBe(3)
  })

  it('accepts no batch when the partition is lost during the verification', async () => {
    await join(async () => member.joined([]))

    expect(await fetchBatch()).toBe(false)
  })

  it('commits nothing when the partition is lost during the verification', async () => {
    let calls = 0
    await join(async () => {
      calls += 1
      if (calls === 2) member.joined([])
    })
    await fetchBatch()

    await vi.waitFor(() => expect(calls).toBe(2), WITHIN)
    await new Promise(setImmediate)
    expect(committed).toEqual([])
  })
})
