import { afterEach, describe, expect, it, vi } from 'vitest'
import { createLanes, type Lanes } from '../delivery/lanes'
import { createMappingStats } from '../delivery/mapping-stats'
import type { KafkaEvent, KafkaRecord } from '../event/kafka-event'
import type { PollerParts } from '../event-source-mapping'
import { aKafkaMapping } from '../testing/kafka-builders'
import { PartitionWorker } from './partition-worker'

const MAPPING = aKafkaMapping({ batchSize: 1 })

/** A commit that ends when the test ends it. */
interface Commit {
  readonly offset: bigint
  done(): void
  fail(): void
}

/** Long enough for a busy machine. */
const WITHIN = { timeout: 10_000, interval: 5 }

let worker: PartitionWorker
let lanes: Lanes
const commits: Commit[] = []
/** Offsets, in the order in which the function was invoked with them. */
const invoked: number[] = []

function start(records: number): void {
  commits.length = 0
  invoked.length = 0
  lanes = createLanes()
  const parts: PollerParts = {
    invoke: async (_key, event) => {
      invoked.push(...((event as KafkaEvent).records['orders-0'] ?? []).map(({ offset }) => offset))
    },
    retryDelay: { firstMs: 1, longestMs: 1 },
    log: { info: vi.fn(), warning: vi.fn() },
    clock: () => 0,
  }
  worker = new PartitionWorker(
    {
      mapping: MAPPING,
      parts,
      stats: createMappingStats(parts, MAPPING.name),
      lanes,
      passesFilters: () => true,
      commit: (_partition, offset) =>
        new Promise((done, reject) => commits.push({ offset, done, fail: () => reject(new Error('no coordinator')) })),
      storeDiscarded: async () => undefined,
      workerFailed: (error) => expect.fail(String(error)),
    },
    0,
    0n,
    () => undefined,
  )
  worker.accept(
    Array.from({ length: records }, (_, offset) => recordAt(offset)),
    BigInt(records),
  )
}

function recordAt(offset: number): KafkaRecord {
  return {
    topic: 'orders',
    partition: 0,
    offset: BigInt(offset),
    timestamp: 0,
    timestampType: 'CREATE_TIME',
    key: null,
    value: Buffer.from('value'),
    headers: [],
  }
}

afterEach(() => worker.revoke())

describe('a partition worker', () => {
  it('starts one further batch during a commit, and no more', async () => {
    start(4)

    await vi.waitFor(() => expect(invoked).toEqual([0, 1]), WITHIN)
    // Time for a further batch to start, if it would.
    await new Promise(setImmediate)
    expect(invoked).toEqual([0, 1])
    expect(commits.map(({ offset }) => offset)).toEqual([1n])

    commits[0]?.done()

    await vi.waitFor(() => expect(invoked).toEqual([0, 1, 2]), WITHIN)
    expect(commits.map(({ offset }) => offset)).toEqual([1n, 2n])
    expect(worker.committed).toBe(1n)
  })

  it('runs one commit at a time, and retries a failed one before it continues', async () => {
    start(3)
    await vi.waitFor(() => expect(invoked).toEqual([0, 1]), WITHIN)

    commits[0]?.fail()
    await vi.waitFor(() => expect(commits).toHaveLength(2), WITHIN)
    expect(commits[1]?.offset).toBe(1n)
    expect(invoked).toEqual([0, 1])

    commits[1]?.done()
    await vi.waitFor(() => expect(invoked).toEqual([0, 1, 2]), WITHIN)
  })

  it('is drained when the last delivered batch is committed', async () => {
    start(1)
    await vi.waitFor(() => expect(commits).toHaveLength(1), WITHIN)
    let isDrained = false
    const drained = worker.drain().then(() => {
      isDrained = true
    })
    await new Promise(setImmediate)
    expect(isDrained).toBe(false)

    commits[0]?.done()

    await drained
    expect(worker.committed).toBe(1n)
  })

  it('commits nothing after its partition was revoked', async () => {
    start(3)
    await vi.waitFor(() => expect(invoked).toEqual([0, 1]), WITHIN)

    worker.revoke()
    commits[0]?.done()
    await new Promise(setImmediate)

    expect(commits).toHaveLength(1)
    expect(invoked).toEqual([0, 1])
  })

  it('ends when its partition is revoked, even when a commit never ends', async () => {
    start(3)
    await vi.waitFor(() => expect(invoked).toEqual([0, 1]), WITHIN)
    const nextWork = lanes(0, async () => {})

    worker.revoke()

    await nextWork
    expect(commits).toHaveLength(1)
    expect(invoked).toEqual([0, 1])
  })
})
