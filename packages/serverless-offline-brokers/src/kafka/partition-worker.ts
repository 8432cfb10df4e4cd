import { createBatchQueue, systemTimer } from '../delivery/batch-queue'
import { type DeliveryPolicy, type Discard, deliverBatch, type TryResult } from '../delivery/deliver-batch'
import type { Lanes } from '../delivery/lanes'
import { retryDelayMs, wait } from '../delivery/retry-delay'
import type { Tally } from '../delivery/tally'
import { type KafkaRecord, toKafkaEvent } from '../event/kafka-event'
import { kafkaEnvelopeBytes, kafkaListBytes, kafkaRecordBytes, PAYLOAD_LIMIT_BYTES } from '../event/payload-size'
import type { KafkaMapping, PollerParts } from '../event-source-mapping'
import type { Filter } from '../filter/filter-pattern'
import { readBatchItemFailures } from './batch-item-failures'

/** What all partitions of a session share. */
export interface PartitionContext {
  readonly mapping: KafkaMapping
  readonly parts: PollerParts
  readonly tally: Tally
  readonly lanes: Lanes
  readonly passesFilters: Filter
  commit(partition: number, offset: bigint): Promise<void>
  /** Writes discarded records where they are to be kept, if anywhere. */
  keepDiscarded(records: readonly KafkaRecord[], discard: Omit<Discard<KafkaRecord>, 'records'>): Promise<void>
  /** A worker has ended with an error: without it the partition would stand still. */
  broken(error: unknown): void
}

/**
 * Delivers the records of one partition in order, a batch at a time. What it commits is always the lowest offset that
 * is not settled, so whatever happens nothing is skipped: a record is settled when the function is done with it, when
 * no filter matches it, or when it is discarded and, if there is an on-failure topic, written there.
 */
export interface PartitionWorker {
  /** The offset to be fetched next. */
  readonly position: bigint
  readonly committed: bigint
  /** No more records, please, until there is room again. */
  readonly isFull: boolean
  take(records: readonly KafkaRecord[], nextOffset: bigint): void
  /** Gathers no more; resolves when the try that is under way is settled and committed. */
  drain(): Promise<void>
  /** The partition is another's: from now on nothing is committed. */
  revoke(): void
}

/** AWS: "When you configure both infinite retries and an on-failure destination". */
const RETRIES_WITH_DESTINATION = 10

export function createPartitionWorker(
  context: PartitionContext,
  partition: number,
  start: bigint,
  onRoom: () => void,
): PartitionWorker {
  const { mapping, parts, tally } = context
  const maxBytes = payloadRoomBytes(mapping, partition)
  const queue = createBatchQueue<KafkaRecord>({ ...mapping, windowMs: mapping.batchWindowMs, maxBytes }, systemTimer)
  const policy = deliveryPolicy(mapping)
  const halt = new AbortController()
  const revoked = new AbortController()
  let position = start
  let committed = start
  /** Of the records that wait in the queue. */
  const waiting: bigint[] = []
  /** Of the batch that is being delivered. */
  let outstanding: readonly bigint[] = []
  let committing: Promise<void> | undefined

  function isFull(): boolean {
    return queue.size >= mapping.batchSize || queue.bytes >= maxBytes
  }

  /** Never beyond what is with the function, waits to be retried, or waits in the queue. */
  function lowestUnsettled(): bigint {
    const [firstWaiting = position] = waiting
    return outstanding.reduce((lowest, offset) => (offset < lowest ? offset : lowest), firstWaiting)
  }

  function hasProgress(): boolean {
    return !revoked.signal.aborted && lowestUnsettled() > committed
  }

  /** One commit at a time, so that none overtakes another; each takes in all progress made until it starts. */
  async function commitProgress(): Promise<void> {
    if (hasProgress()) committing ??= commitUntilUpToDate()
    await committing
  }

  async function commitUntilUpToDate(): Promise<void> {
    for (let failures = 0; hasProgress(); ) {
      const offset = lowestUnsettled()
      try {
        await context.commit(partition, offset)
        committed = offset
        failures = 0
      } catch (error) {
        tally.troubled(error)
        failures += 1
        await wait(retryDelayMs(parts.retryDelay, failures), revoked.signal)
      }
    }
    committing = undefined
  }

  async function tryOnce(records: readonly KafkaRecord[], isRetry: boolean): Promise<TryResult<KafkaRecord>> {
    if (isRetry) tally.retried()
    try {
      const response = await parts.invoke(mapping.functionKey, toKafkaEvent(mapping, records))
      if (!mapping.reportBatchItemFailures) return { kind: 'done' }
      const result = readBatchItemFailures(response, records)
      if (result.kind === 'failed') tally.failed(new Error(result.cause))
      if (result.kind === 'some failed') tally.failed(new Error(`${result.failed.length} batch items failed`))
      return result
    } catch (error) {
      tally.failed(error)
      return { kind: 'failed' }
    }
  }

  async function discard({ records, ...why }: Discard<KafkaRecord>): Promise<boolean> {
    for (let failures = 0; !revoked.signal.aborted; ) {
      try {
        await context.keepDiscarded(records, why)
        tally.discarded(records.length, `${why.reason} (${mapping.topic}-${partition})`)
        return true
      } catch (error) {
        tally.troubled(error)
        failures += 1
        if (!(await wait(retryDelayMs(parts.retryDelay, failures), halt.signal))) return false
      }
    }
    return false
  }

  /**
   * What follows starts while this is committed: the round trip would take a third of the time between two batches. It
   * waits for the commit before, so that a crash brings back one settled batch at most.
   */
  async function settled(left: readonly KafkaRecord[]): Promise<void> {
    await committing
    outstanding = left.map(({ offset }) => BigInt(offset))
    commitProgress().catch(context.broken)
  }

  async function deliver(records: readonly KafkaRecord[], bytes: number): Promise<void> {
    if (bytes > maxBytes) {
      if (await discard({ records, reason: 'payload too large', invocations: 0 })) await settled([])
      return
    }
    const isOver = tally.batchStarted(records.length)
    try {
      await deliverBatch(records, policy, {
        tryOnce,
        discard,
        settled,
        backOff: async (failures) => {
          await wait(retryDelayMs(parts.retryDelay, failures), halt.signal)
        },
        ageMs: ({ timestamp }) => parts.clock() - Number(timestamp),
        halt: halt.signal,
      })
    } finally {
      isOver()
    }
  }

  async function work(): Promise<void> {
    for (let batch = await queue.next(); batch !== undefined; batch = await queue.next()) {
      outstanding = waiting.splice(0, batch.records.length)
      if (!isFull()) onRoom()
      await deliver(batch.records, batch.bytes)
      if (halt.signal.aborted) return
    }
  }

  const done = context.lanes(partition, work).catch(context.broken)

  return {
    get position() {
      return position
    },
    get committed() {
      return committed
    },
    get isFull() {
      return isFull()
    },
    take(records, nextOffset) {
      for (const record of records) {
        const offset = BigInt(record.offset)
        if (offset < position) continue
        if (context.passesFilters(record.value)) {
          waiting.push(offset)
          queue.push(record, kafkaRecordBytes(record))
        } else tally.filtered()
      }
      if (nextOffset > position) position = nextOffset
      // Nothing under way that would commit them: all of these records were filtered out.
      if (outstanding.length === 0 && waiting.length === 0) commitProgress().catch(context.broken)
    },
    async drain() {
      queue.close()
      halt.abort()
      await done
      await commitProgress()
    },
    revoke() {
      queue.close()
      halt.abort()
      revoked.abort()
    },
  }
}

function payloadRoomBytes(mapping: KafkaMapping, partition: number): number {
  // The list and the last record are each counted with a comma that is not there.
  const commas = 2
  return PAYLOAD_LIMIT_BYTES - kafkaEnvelopeBytes(mapping) - kafkaListBytes(mapping.topic, partition) + commas
}

function deliveryPolicy(mapping: KafkaMapping): DeliveryPolicy {
  const { maximumRetryAttempts: attempts, maximumRecordAgeSeconds: ageSeconds } = mapping
  return {
    bisectOnError: mapping.bisectBatchOnFunctionError,
    maximumRetryAttempts: attempts < 0 && mapping.onFailureTopic !== undefined ? RETRIES_WITH_DESTINATION : attempts,
    maximumRecordAgeMs: ageSeconds < 0 ? -1 : ageSeconds * 1_000,
  }
}
