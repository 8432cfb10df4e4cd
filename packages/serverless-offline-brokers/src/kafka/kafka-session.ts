import { type Admin, type EachBatchPayload, Kafka } from 'kafkajs'
import type { Session } from '../delivery/create-poller'
import type { Lanes } from '../delivery/lanes'
import { settlesWithin } from '../delivery/retry-delay'
import type { Tally } from '../delivery/tally'
import type { KafkaMapping, PollerParts } from '../event-source-mapping'
import type { Filter } from '../filter/filter-pattern'
import { clientSettings, consumerSettings, type KafkaPollerOptions } from './kafka-client-settings'
import { createOnFailureTopic, type OnFailureTopic } from './on-failure-topic'
import { createPartitions } from './partitions'
import { registerSnappyCodec } from './snappy-codec'
import { findStartingOffsets } from './starting-offsets'
import { toKafkaRecord } from './to-kafka-record'
import { watchConsumer } from './watch-consumer'
import { watchTopic } from './watch-topic'

export interface KafkaSessionParts {
  readonly mapping: KafkaMapping
  readonly parts: PollerParts
  readonly settings: KafkaPollerOptions
  readonly lanes: Lanes
  readonly passesFilters: Filter
  readonly tally: Tally
  readonly signal: AbortSignal
}

const CLOSE_WITHIN_MS = 1_000

/** Beyond the rebalance timeout, in which a healthy consumer may say nothing. */
const SILENCE_LIMIT_MS = 30_000

/**
 * One life of one kafkajs consumer, which is never used again once it has crashed, stopped or fallen silent.
 *
 * Fetching and delivering are apart: `eachBatch` hands records to the worker of their partition and returns, a worker
 * that has enough pauses its partition. So heartbeats go on however long the function takes or a retry waits, and a
 * rebalance is never held up. Resolved offsets tell kafkajs what to fetch; only workers commit.
 */
export async function openKafkaSession(session: KafkaSessionParts): Promise<Session> {
  registerSnappyCodec()
  const { mapping, settings, tally, signal } = session
  const { topic } = mapping
  const kafka = new Kafka(clientSettings(mapping))
  const admin = kafka.admin()
  const consumer = kafka.consumer(consumerSettings(mapping, settings, assignment))
  const onFailureTopic = openOnFailureTopic(kafka, session)

  const partitions = createPartitions({ ...session, commit, keepDiscarded, broken: (error) => lose(error) }, resume)
  const topicWatch = watchTopic({
    admin,
    topic,
    groupId: mapping.consumerGroupId,
    positions: () => new Map(partitions.all().map(([partition, { position }]) => [partition, position])),
    replaced: (reason) => lose(reason),
    troubled: tally.troubled,
  })
  let commitOffsets: EachBatchPayload['commitOffsetsIfNecessary'] | undefined
  let assigned: readonly number[] = []
  let joins = 0
  let isClosed = false
  let isDraining = false
  let lose: (reason: unknown) => void = () => {}
  const lost = new Promise<unknown>((resolve) => {
    lose = resolve
  })
  let onLocated = () => {}
  const located = new Promise<void>((resolve) => {
    onLocated = resolve
  })

  function assignment() {
    return { [topic]: assigned }
  }

  /** Directly: what kafkajs itself retries could be committed for a partition that is another's by then. */
  async function commit(partition: number, offset: bigint): Promise<void> {
    if (commitOffsets === undefined) throw new Error('nothing was fetched that could be committed')
    await commitOffsets({ topics: [{ topic, partitions: [{ partition, offset: String(offset) }] }] })
  }

  async function keepDiscarded(...discarded: Parameters<OnFailureTopic['write']>): Promise<void> {
    await onFailureTopic?.write(...discarded)
  }

  function resume(partition: number): void {
    if (!isDraining) consumer.resume([{ topic, partitions: [partition] }])
  }

  /** What was given to others ends here; what was given to us waits until we know where to begin. */
  function joined(given: readonly number[]): void {
    assigned = given
    joins += 1
    consumer.pause([{ topic, partitions: [...assigned] }])
    partitions.keepOnly(assigned)
    if (!isDraining) locate(joins).catch(lose)
  }

  async function locate(join: number): Promise<void> {
    const starts = await findStartingOffsets(admin, mapping)
    // Written down at once: a poller that restarts before its first batch must not find another end of the topic.
    const fresh = assigned.flatMap((partition) => {
      const start = starts.get(partition)
      return start && !start.isCommitted ? [{ topic, partition, offset: String(start.offset) }] : []
    })
    if (fresh.length > 0 && join === joins) await consumer.commitOffsets(fresh)
    if (isDraining || join !== joins) return
    for (const partition of assigned) {
      const start = starts.get(partition)
      if (start === undefined) throw new Error(`${topic}-${partition} is assigned, but not in the topic`)
      const worker = partitions.assign(partition, start)
      consumer.seek({ topic, partition, offset: String(worker.position) })
      if (!worker.isFull) resume(partition)
    }
    onLocated()
  }

  async function eachBatch({ batch, resolveOffset, isStale, ...payload }: EachBatchPayload): Promise<void> {
    commitOffsets = payload.commitOffsetsIfNecessary
    const worker = partitions.get(batch.partition)
    const last = batch.messages.at(-1)
    if (worker === undefined || last === undefined || isDraining || isStale()) return
    const records = batch.messages.map((message) => toKafkaRecord(topic, batch.partition, message))
    worker.take(records, BigInt(batch.lastOffset()) + 1n)
    resolveOffset(last.offset)
    if (worker.isFull) consumer.pause([{ topic, partitions: [batch.partition] }])
  }

  async function close(): Promise<void> {
    isClosed = true
    unwatch()
    topicWatch.close()
    partitions.keepOnly([])
    await Promise.allSettled([consumer.disconnect(), admin.disconnect(), onFailureTopic?.close()])
  }

  const unwatch = watchConsumer(consumer, {
    joined: (assignment) => joined(assignment[topic] ?? []),
    lost: lose,
    metadataAsked: () => void topicWatch.lookAgain(),
    silenceLimitMs: settings.rebalanceTimeoutMs + SILENCE_LIMIT_MS,
  })

  async function connectAndJoin(): Promise<void> {
    const steps = [
      () => admin.connect(),
      () => requireTopic(admin, topic),
      () => consumer.connect(),
      () => consumer.subscribe({ topic, fromBeginning: mapping.startingPosition.at !== 'LATEST' }),
      () => consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch }),
      () => located,
      () => topicWatch.look(),
    ]
    for (const step of steps) {
      if (isClosed || signal.aborted) throw new Error('stopped while connecting')
      await step()
    }
  }

  const stopConnecting = () => lose(new Error('stopped while connecting'))
  signal.addEventListener('abort', stopConnecting, { once: true })
  const opening = connectAndJoin()
  try {
    await Promise.race([opening, lost.then((reason) => Promise.reject(reason))])
  } catch (error) {
    await settlesWithin(CLOSE_WITHIN_MS, close())
    // A step that was under way may have connected since.
    void opening.then(close, close)
    throw error
  } finally {
    signal.removeEventListener('abort', stopConnecting)
  }

  return {
    lost,
    close,
    state: () => ({
      lag: Object.fromEntries(
        partitions.all().flatMap(([partition, { committed }]) => {
          const end = topicWatch.end(partition)
          return end === undefined ? [] : [[`${topic}-${partition}`, Math.max(Number(end - committed), 0)]]
        }),
      ),
    }),
    async drain() {
      isDraining = true
      consumer.pause([{ topic }])
      await partitions.drain()
    },
  }
}

function openOnFailureTopic(kafka: Kafka, { mapping, parts }: KafkaSessionParts): OnFailureTopic | undefined {
  const { onFailureTopic } = mapping
  return onFailureTopic === undefined
    ? undefined
    : createOnFailureTopic(kafka, { ...mapping, onFailureTopic }, parts.clock)
}

/** @throws when the topic does not exist: kafkajs would wait for ever, or create it. */
async function requireTopic(admin: Admin, topic: string): Promise<void> {
  const topics = await admin.listTopics()
  if (!topics.includes(topic)) throw new Error(`the topic ${topic} does not exist`)
}
