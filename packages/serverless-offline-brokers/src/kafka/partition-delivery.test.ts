import { describe, expect, it, vi } from 'vitest'
import { createLanes } from '../delivery/lanes'
import { createMappingStats } from '../delivery/mapping-stats'
import type { KafkaEvent, KafkaRecord } from '../event/kafka-event'
import type { KafkaMapping, PollerParts } from '../event-source-mapping'
import { aKafkaMapping } from '../testing/kafka-builders'
import { createGate } from '../testing/record-invocations'
import type { PartitionContext } from './partition-context'
import { PartitionWorker } from './partition-worker'

const MAPPING = aKafkaMapping({ batchSize: 2 })

/** Long enough for a busy machine. */
const WITHIN = { timeout: 10_000, interval: 5 }

interface Options {
  readonly mapping?: Partial<KafkaMapping>
  readonly passesFilters?: (body: Buffer | null) => boolean
  readonly storeDiscarded?: PartitionContext['storeDiscarded']
}

/** A worker whose function gets the offsets of each batch, and whose commits succeed. */
function startWorker(respond: (offsets: readonly number[]) => unknown, options: Options = {}) {
  const invoked: number[][] = []
  const committed: bigint[] = []
  const warnings: string[] = []
  const parts: PollerParts = {
    invoke: async (_key, event) => {
      const offsets = ((event as KafkaEvent).records['orders-0'] ?? []).map(({ offset }) => offset)
      invoked.push(offsets)
      return respond(offsets)
    },
    retryDelay: { firstMs: 1, longestMs: 1 },
    log: { info: () => {}, warning: (message) => warnings.push(message) },
    clock: () => 0,
  }
  const stats = createMappingStats(parts, MAPPING.name)
  const context: PartitionContext = {
    mapping: { ...MAPPING, ...options.mapping },
    parts,
    stats,
    lanes: createLanes(),
    passesFilters: options.passesFilters ?? (() => true),
    storeDiscarded: options.storeDiscarded ?? (async () => {}),
    commit: async (_partition, offset) => void committed.push(offset),
    workerFailed: (error) => expect.fail(String(error)),
  }
  const onSpace = vi.fn()
  return { worker: new PartitionWorker(context, 0, 0n, onSpace), invoked, committed, warnings, stats, onSpace }
}

function recordsFrom(offset: number, ...values: readonly (string | Buffer)[]): KafkaRecord[] {
  return values.map((value, index) => ({
    topic: 'orders',
    partition: 0,
    offset: BigInt(offset + index),
    timestamp: 0,
    timestampType: 'CREATE_TIME',
    key: null,
    value: Buffer.from(value),
    headers: [],
  }))
}

function fail(): never {
  throw new Error('not now')
}

describe('the delivery of a partition', () => {
  it('retries a failed batch before the next one, and commits in order', async () => {
    let failures = 2
    const { worker, invoked, committed } = startWorker(() => {
      failures -= 1
      if (failures >= 0) fail()
    })

    worker.accept(recordsFrom(0, 'a', 'b', 'c'), 3n)

    await vi.waitFor(() => expect(worker.committed).toBe(3n), WITHIN)
    expect(invoked).toEqual([[0, 1], [0, 1], [0, 1], [2]])
    expect(committed).toEqual([2n, 3n])
    worker.revoke()
  })

  it('names the failing records, the number of tries and the next one, until they succeed', async () => {
    const gate = createGate()
    let tries = 0
    const { worker, warnings } = startWorker(async () => {
      tries += 1
      if (tries === 3) await gate.opened
      if (tries < 3) fail()
    })

    worker.accept(recordsFrom(7, 'a', 'b'), 9n)

    await vi.waitFor(() => expect(worker.failing?.tries).toBe(2), WITHIN)
    expect(worker.failing).toEqual({
      records: 'orders-0, offsets 7 to 8',
      tries: 2,
      nextTryAt: '1970-01-01T00:00:00.001Z',
      error: 'not now',
    })
    expect(warnings).toEqual(
      [1, 2].map((number) =>
        expect.stringContaining(`try ${number} of orders-0, offsets 7 to 8 failed: not now; next try in 1 ms`),
      ),
    )
    gate.open()
    await vi.waitFor(() => expect(worker.failing).toBeUndefined(), WITHIN)
    worker.revoke()
  })

  it('names the records that it discards', async () => {
    const { worker, warnings } = startWorker(fail, { mapping: { maximumRetryAttempts: 0, batchSize: 1 } })

    worker.accept(recordsFrom(7, 'a'), 8n)

    await vi.waitFor(() => expect(worker.committed).toBe(8n), WITHIN)
    expect(warnings.at(-1)).toContain('discarded 1 record: retries exhausted (orders-0, offset 7)')
    expect(worker.failing).toBeUndefined()
    worker.revoke()
  })

  it('ignores records that were fetched before', async () => {
    const { worker, invoked } = startWorker(() => undefined)

    worker.accept(recordsFrom(0, 'a', 'b'), 2n)
    worker.accept(recordsFrom(0, 'a', 'b', 'c', 'd'), 4n)

    await vi.waitFor(() => expect(worker.committed).toBe(4n), WITHIN)
    expect(invoked.flat()).toEqual([0, 1, 2, 3])
    worker.revoke()
  })

  it('commits records that no filter matches, without an invocation', async () => {
    const { worker, invoked, stats } = startWorker(() => undefined, { passesFilters: () => false })

    worker.accept(recordsFrom(0, 'a', 'b'), 2n)

    await vi.waitFor(() => expect(worker.committed).toBe(2n), WITHIN)
    expect(invoked).toEqual([])
    expect(stats.snapshot().filteredRecords).toBe(2)
    worker.revoke()
  })

  it('retries only the failed items of a batch, and commits up to the first of them', async () => {
    const responses = [{ batchItemFailures: [{ itemIdentifier: { partition: 'orders-0', offset: 1 } }] }, {}]
    const mapping = { reportBatchItemFailures: true, batchSize: 3 }
    const { worker, invoked, committed } = startWorker(() => responses.shift(), { mapping })

    worker.accept(recordsFrom(0, 'a', 'b', 'c'), 3n)

    await vi.waitFor(() => expect(worker.committed).toBe(3n), WITHIN)
    expect(invoked).toEqual([[0, 1, 2], [1]])
    expect(committed).toEqual([1n, 3n])
    worker.revoke()
  })

  it('commits a discarded batch only after it is stored, and then continues', async () => {
    const stored: (readonly KafkaRecord[])[] = []
    let attempts = 0
    const { worker, invoked, committed, stats } = startWorker((offsets) => (offsets.includes(0) ? fail() : undefined), {
      mapping: { maximumRetryAttempts: 0 },
      storeDiscarded: async (records) => {
        attempts += 1
        if (attempts === 1) throw new Error('no such topic')
        expect(committed).toEqual([])
        stored.push(records)
      },
    })

    worker.accept(recordsFrom(0, 'a', 'b', 'c'), 3n)

    await vi.waitFor(() => expect(worker.committed).toBe(3n), WITHIN)
    expect(stored.flat().map(({ offset }) => offset)).toEqual([0n, 1n])
    expect(invoked).toEqual([[0, 1], [2]])
    expect(stats.snapshot()).toMatchObject({ discardedRecords: 2, failures: 1, retries: 0 })
    worker.revoke()
  })

  it('discards a record that is too large for an event, without an invocation', async () => {
    const reasons: unknown[] = []
    const storeDiscarded: PartitionContext['storeDiscarded'] = async (_records, discard) => void reasons.push(discard)
    const { worker, invoked } = startWorker(() => undefined, { storeDiscarded })

    worker.accept(recordsFrom(0, Buffer.alloc(5_000_000), 'small'), 2n)

    await vi.waitFor(() => expect(worker.committed).toBe(2n), WITHIN)
    expect(reasons).toEqual([{ reason: 'payload too large', invocations: 0 }])
    expect(invoked).toEqual([[1]])
    worker.revoke()
  })

  it('is full at the batch size, and reports space when a batch starts', async () => {
    const { worker, onSpace } = startWorker(() => undefined)

    worker.accept(recordsFrom(0, 'a', 'b'), 2n)
    expect(worker.isFull).toBe(true)

    await vi.waitFor(() => expect(onSpace).toHaveBeenCalled(), WITHIN)
    expect(worker.isFull).toBe(false)
    worker.revoke()
  })

  it('discards nothing after the partition was revoked', async () => {
    const storeDiscarded = vi.fn(async () => {})
    const options = { mapping: { maximumRetryAttempts: 0 }, storeDiscarded }
    const { worker, committed, stats } = startWorker(() => {
      worker.revoke()
      fail()
    }, options)

    worker.accept(recordsFrom(0, 'a'), 1n)

    await vi.waitFor(() => expect(stats.snapshot()).toMatchObject({ failures: 1, inFlightBatches: 0 }), WITHIN)
    expect(storeDiscarded).not.toHaveBeenCalled()
    expect(committed).toEqual([])
  })
})
