import type { Admin, Consumer, EachBatchPayload, Kafka } from 'kafkajs'
import { createDeferred } from '../deferred'
import { wait } from '../delivery/retry-delay'
import { consumerSettings, type KafkaPollerOptions } from './kafka-client-settings'
import type { PartitionContext } from './partition-context'
import { Partitions } from './partitions'
import { commitMetadata, findStartingOffsets, type PartitionStart } from './starting-offsets'
import type { TopicReader } from './topic-reader'
import type { DecodedRecord } from './wire/decode-record-batches'

export interface GroupMemberParts extends Omit<PartitionContext, 'commit' | 'workerFailed'> {
  readonly settings: KafkaPollerOptions
  readonly kafka: Kafka
  readonly admin: Admin
  readonly reader: TopicReader
  /** Resolves when the topic was still the same after the call. Rejects when it was not, or when that is unknown. */
  verifyTopic(partition: number): Promise<void>
  /** The member cannot continue. */
  lose(reason: unknown): void
}

/**
 * One member of the mapping's consumer group.
 *
 * It fetches and delivers independently: `receive` passes records to the worker of their partition and returns, and a
 * full worker pauses its partition. So heartbeats continue however long the function or a retry delay takes, and a
 * rebalance is never held up. Resolved offsets tell kafkajs what to fetch next; only workers commit.
 */
export class GroupMember {
  readonly consumer: Consumer
  readonly partitions: Partitions
  readonly #started = createDeferred()
  #assigned: readonly number[] = []
  /** The number of rebalances so far. */
  #generation = 0
  #isDraining = false
  readonly #closed = new AbortController()
  #commitOffsets: EachBatchPayload['commitOffsetsIfNecessary'] | undefined

  constructor(private readonly parts: GroupMemberParts) {
    const { kafka, mapping, reader, settings, lose } = parts
    const assigned = () => ({ [mapping.topic]: this.#assigned })
    this.consumer = kafka.consumer(consumerSettings(mapping, settings, assigned, (cluster) => reader.attach(cluster)))
    const context = { ...parts, commit: this.#commit.bind(this), workerFailed: lose }
    this.partitions = new Partitions(context, (partition) => this.#resume(partition))
  }

  /** Resolves when the member fetches from its partitions for the first time. */
  get started(): Promise<void> {
    return this.#started.promise
  }

  async subscribe(): Promise<void> {
    const { topic, startingPosition } = this.parts.mapping
    await this.consumer.subscribe({ topic, fromBeginning: startingPosition.at !== 'LATEST' })
  }

  async run(): Promise<void> {
    const eachBatch = (payload: EachBatchPayload) => this.#receive(payload)
    await this.consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch })
  }

  /** A rebalance: work on lost partitions ends; assigned ones are paused until their starting offsets are known. */
  joined(assigned: readonly number[]): void {
    this.#assigned = assigned
    this.#generation += 1
    this.consumer.pause([{ topic: this.parts.mapping.topic, partitions: [...assigned] }])
    this.partitions.keepOnly(assigned)
    if (!this.#isDraining) this.#startPartitions(this.#generation).catch(this.parts.lose)
  }

  /** Offsets without records for the function: control records, aborted transactions, or compacted records. */
  skipped(partition: number, nextOffset: bigint): void {
    this.partitions.get(partition)?.accept([], nextOffset)
  }

  /** Fetches nothing from a partition for a while, so that a failing fetch is not repeated without a pause. */
  async holdBack(partition: number, delayMs: number): Promise<void> {
    const worker = this.partitions.get(partition)
    this.consumer.pause([{ topic: this.parts.mapping.topic, partitions: [partition] }])
    await wait(delayMs, this.#closed.signal)
    if (!this.#closed.signal.aborted && this.partitions.get(partition) === worker && !worker?.isFull)
      this.#resume(partition)
  }

  async close(): Promise<void> {
    this.#closed.abort()
    this.partitions.keepOnly([])
    await this.consumer.disconnect()
  }

  /** Fetches no more. Resolves when all tries in flight have ended and are committed. */
  async drain(): Promise<void> {
    this.#isDraining = true
    this.consumer.pause([{ topic: this.parts.mapping.topic }])
    await this.partitions.drain()
  }

  async #startPartitions(generation: number): Promise<void> {
    const { admin, mapping, reader } = this.parts
    const { topic } = mapping
    await reader.identify()
    const starts = await findStartingOffsets(admin, mapping, reader.topicId)
    await this.#commitNewStarts(starts, generation)
    if (this.#isDraining || generation !== this.#generation) return
    for (const partition of this.#assigned) {
      const start = starts.get(partition)
      if (start === undefined) throw new Error(`${topic}-${partition} is assigned, but not in the topic`)
      const worker = this.partitions.assign(partition, start)
      this.consumer.seek({ topic, partition, offset: String(worker.position) })
      if (!worker.isFull) this.#resume(partition)
    }
    this.#started.resolve()
  }

  /** A poller that restarts before its first batch must not start at another offset, so a new start is committed. */
  async #commitNewStarts(starts: ReadonlyMap<number, PartitionStart>, generation: number): Promise<void> {
    const { mapping, reader } = this.parts
    const { topic } = mapping
    const metadata = commitMetadata(reader.topicId)
    const offsets = this.#assigned.flatMap((partition) => {
      const start = starts.get(partition)
      return start && !start.isCommitted ? [{ topic, partition, offset: String(start.offset), metadata }] : []
    })
    if (offsets.length > 0 && generation === this.#generation) await this.consumer.commitOffsets(offsets)
  }

  async #receive({ batch, resolveOffset, isStale, ...payload }: EachBatchPayload): Promise<void> {
    const { topic } = this.parts.mapping
    this.#commitOffsets = payload.commitOffsetsIfNecessary
    const last = batch.messages.at(-1)
    if (last === undefined || !(await this.#isStillSameTopic(batch.partition))) return
    const worker = this.partitions.get(batch.partition)
    if (worker === undefined || this.#isDraining || isStale()) return
    const records = (batch.messages as unknown as readonly DecodedRecord[]).map(({ record }) => record)
    worker.accept(records, BigInt(batch.lastOffset()) + 1n)
    resolveOffset(last.offset)
    if (worker.isFull) this.consumer.pause([{ topic, partitions: [batch.partition] }])
  }

  /** If this is unknown, the batch is not accepted, and is fetched again. */
  async #isStillSameTopic(partition: number): Promise<boolean> {
    try {
      await this.parts.verifyTopic(partition)
      return true
    } catch (error) {
      this.parts.stats.reportError(error)
      return false
    }
  }

  #resume(partition: number): void {
    if (!this.#isDraining) this.consumer.resume([{ topic: this.parts.mapping.topic, partitions: [partition] }])
  }

  /** One attempt. `consumer.commitOffsets` retries, and could commit for a partition that was reassigned meanwhile. */
  async #commit(partition: number, offset: bigint, revoked: AbortSignal): Promise<void> {
    await this.parts.verifyTopic(partition)
    revoked.throwIfAborted()
    const { mapping, reader } = this.parts
    const committed = { partition, offset: String(offset), metadata: commitMetadata(reader.topicId) }
    const { topic } = mapping
    // Before the first batch, when only offsets without records were fetched.
    if (this.#commitOffsets === undefined) await this.consumer.commitOffsets([{ topic, ...committed }])
    else await this.#commitOffsets({ topics: [{ topic, partitions: [committed] }] })
  }
}
