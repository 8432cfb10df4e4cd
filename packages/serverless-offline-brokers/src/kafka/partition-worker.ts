import { BatchQueue, systemTimer } from '../delivery/batch-queue'
import type { KafkaRecord } from '../event/kafka-event'
import { kafkaEnvelopeBytes, kafkaListBytes, kafkaRecordBytes, PAYLOAD_LIMIT_BYTES } from '../event/payload-size'
import type { FailingRecords, KafkaMapping } from '../event-source-mapping'
import { CommitCursor } from './commit-cursor'
import { OffsetCommitter } from './offset-committer'
import type { PartitionContext } from './partition-context'
import { PartitionDelivery } from './partition-delivery'

/**
 * Delivers the records of one partition in order, a batch at a time, and commits their offsets. A record is finished
 * when the function has processed it, when no filter matches it, or when it is discarded (and written to the on-failure
 * topic, if there is one). The committed offset never passes an unfinished record, so no record is skipped.
 */
export class PartitionWorker {
  readonly #cursor: CommitCursor
  readonly #committer: OffsetCommitter
  readonly #delivery: PartitionDelivery
  readonly #queue: BatchQueue<KafkaRecord>
  readonly #maxBytes: number
  readonly #stopped = new AbortController()
  readonly #revoked = new AbortController()
  readonly #done: Promise<void>

  /** @param onSpace is called when a batch leaves a full worker, which then accepts records again. */
  constructor(
    private readonly context: PartitionContext,
    partition: number,
    start: bigint,
    private readonly onSpace: () => void,
  ) {
    const { mapping, parts, stats } = context
    this.#cursor = new CommitCursor(start)
    this.#committer = new OffsetCommitter({
      cursor: this.#cursor,
      retryDelay: parts.retryDelay,
      revoked: this.#revoked.signal,
      commit: (offset) => context.commit(partition, offset, this.#revoked.signal),
      reportError: stats.reportError,
    })
    const end = { stopped: this.#stopped.signal, revoked: this.#revoked.signal }
    this.#delivery = new PartitionDelivery(context, partition, end)
    this.#maxBytes = maxRecordBytes(mapping, partition)
    const limits = { batchSize: mapping.batchSize, windowMs: mapping.batchWindowMs, maxBytes: this.#maxBytes }
    this.#queue = new BatchQueue<KafkaRecord>(limits, systemTimer)
    this.#done = context.lanes(partition, () => this.#work()).catch(context.workerFailed)
  }

  /** The offset to fetch next. */
  get position(): bigint {
    return this.#cursor.position
  }

  /** Undefined unless the last try failed. */
  get failing(): FailingRecords | undefined {
    return this.#delivery.failing
  }

  get committed(): bigint {
    return this.#cursor.committed
  }

  /** Fetching must pause until `onSpace` is called. */
  get isFull(): boolean {
    return this.#queue.size >= this.context.mapping.batchSize || this.#queue.bytes >= this.#maxBytes
  }

  /** Accepts fetched records. Records that were fetched before are ignored. */
  accept(records: readonly KafkaRecord[], nextOffset: bigint): void {
    for (const record of records) {
      const offset = BigInt(record.offset)
      if (!this.#cursor.isNew(offset)) continue
      if (this.context.passesFilters(record.value)) {
        this.#cursor.enqueue(offset)
        this.#queue.push(record, kafkaRecordBytes(record))
      } else this.context.stats.countFiltered()
    }
    this.#cursor.advance(nextOffset)
    // All of these records were filtered out, and no batch follows that would commit them.
    if (!this.#cursor.hasUnfinished) this.#commitInBackground()
  }

  /** Starts no further try. Resolves when the current one has ended and its progress is committed. */
  async drain(): Promise<void> {
    this.#queue.close()
    this.#stopped.abort()
    await this.#done
    await this.#committer.commitProgress()
  }

  /** The partition belongs to another member: from now on nothing is committed. */
  revoke(): void {
    this.#queue.close()
    this.#stopped.abort()
    this.#revoked.abort()
  }

  async #work(): Promise<void> {
    for (let batch = await this.#queue.next(); batch !== undefined; batch = await this.#queue.next()) {
      this.#cursor.startBatch(batch.records.length)
      if (!this.isFull) this.onSpace()
      if (batch.bytes > this.#maxBytes) await this.#discardTooLarge(batch.records)
      else await this.#delivery.deliver(batch.records, (unfinished) => this.#settled(unfinished))
      if (this.#stopped.signal.aborted) return
    }
  }

  async #discardTooLarge(records: readonly KafkaRecord[]): Promise<void> {
    const isDiscarded = await this.#delivery.discard({ records, reason: 'payload too large', invocations: 0 })
    if (isDiscarded) await this.#settled([])
  }

  /**
   * The next try starts while this one is committed: waiting for the round trip would cost a third of the time between
   * two batches. It waits for the commit before this one, so a crash repeats at most one finished batch.
   */
  async #settled(unfinished: readonly KafkaRecord[]): Promise<void> {
    await this.#committer.idle()
    this.#cursor.keepInFlight(unfinished.map(({ offset }) => BigInt(offset)))
    this.#commitInBackground()
  }

  #commitInBackground(): void {
    this.#committer.commitProgress().catch(this.context.workerFailed)
  }
}

/** The part of the payload limit that is left for the records of a batch. */
function maxRecordBytes(mapping: KafkaMapping, partition: number): number {
  // The list and its last record are each counted with a comma that the event does not have.
  const commas = 2
  return PAYLOAD_LIMIT_BYTES - kafkaEnvelopeBytes(mapping) - kafkaListBytes(mapping.topic, partition) + commas
}
