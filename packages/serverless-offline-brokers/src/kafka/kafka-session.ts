import { type Admin, Kafka } from 'kafkajs'
import { settlesWithin, withinTime } from '../deadline'
import { createDeferred } from '../deferred'
import type { Session } from '../delivery/create-poller'
import { GroupMember } from './group-member'
import { clientSettings, type KafkaPollerOptions } from './kafka-client-settings'
import { createOnFailureTopic, type OnFailureTopic } from './on-failure-topic'
import type { KafkaMappingContext } from './partition-context'
import { TopicReader } from './topic-reader'
import { watchConsumer } from './watch-consumer'
import { type TopicWatch, watchTopic } from './watch-topic'

export interface KafkaSessionParts extends KafkaMappingContext {
  readonly settings: KafkaPollerOptions
  readonly signal: AbortSignal
  /** The number of this session. */
  readonly session: number
  /** The number of this try to open a session, since the last one that was open. */
  readonly attempt: number
}

const CLOSE_TIMEOUT_MS = 1_000

/** Limits of the first try to open a session. They double with each further try, so that a slow cluster is reached. */
const STEP_LIMIT_MS = 8_000
/** The group answers when all members have joined. Members of this package join with their next heartbeat. */
const JOIN_LIMIT_MS = 15_000
const MAX_DOUBLINGS = 3

/** Added to the rebalance timeout, during which a healthy consumer may be silent. */
const SILENCE_LIMIT_MS = 30_000

export async function openKafkaSession(parts: KafkaSessionParts): Promise<Session> {
  const session = new KafkaSession(parts)
  await session.open(parts.signal)
  return session
}

/** The life of one kafkajs consumer. A consumer that has crashed, stopped or fallen silent is never used again. */
class KafkaSession implements Session {
  readonly #parts: KafkaSessionParts
  readonly #lost = createDeferred<unknown>()
  readonly #admin: Admin
  readonly #member: GroupMember
  readonly #reader: TopicReader
  readonly #onFailureTopic: OnFailureTopic | undefined
  readonly #topicWatch: TopicWatch
  readonly #unwatchConsumer: () => void
  #isClosed = false

  constructor(parts: KafkaSessionParts) {
    this.#parts = parts
    const kafka = new Kafka(clientSettings(parts.mapping, parts.settings, parts.session))
    this.#admin = kafka.admin()
    this.#onFailureTopic = openOnFailureTopic(kafka, parts)
    this.#reader = this.#createReader()
    this.#member = new GroupMember({
      ...parts,
      kafka,
      admin: this.#admin,
      reader: this.#reader,
      storeDiscarded: async (...discarded) => this.#onFailureTopic?.write(...discarded),
      verifyTopic: (partition) => this.#topicWatch.verify(partition),
      lose: this.#lost.resolve,
    })
    this.#topicWatch = this.#watchTopic()
    this.#unwatchConsumer = this.#watchConsumer()
  }

  get lost(): Promise<unknown> {
    return this.#lost.promise
  }

  /** Connects and joins the group. When that fails, nothing stays open. */
  async open(signal: AbortSignal): Promise<void> {
    const stopConnecting = () => this.#lost.resolve(new Error('stopped while connecting'))
    signal.addEventListener('abort', stopConnecting, { once: true })
    const opening = this.#connectAndJoin(signal)
    try {
      await Promise.race([opening, this.lost.then((reason) => Promise.reject(reason))])
    } catch (error) {
      await settlesWithin(CLOSE_TIMEOUT_MS, this.close())
      // A step that was still running may have connected after that.
      void opening.then(
        () => this.close(),
        () => this.close(),
      )
      throw error
    } finally {
      signal.removeEventListener('abort', stopConnecting)
    }
  }

  state() {
    const { topic } = this.#parts.mapping
    const partitions = this.#member.partitions.all()
    const lag = partitions.flatMap(([partition, { committed }]) => {
      const end = this.#topicWatch.end(partition)
      return end === undefined ? [] : [[`${topic}-${partition}`, Math.max(Number(end - committed), 0)] as const]
    })
    const failing = partitions.flatMap(([, { failing }]) => failing ?? [])
    return { lag: Object.fromEntries(lag), ...(failing.length > 0 && { failing }) }
  }

  drain(): Promise<void> {
    return this.#member.drain()
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#unwatchConsumer()
    this.#topicWatch.close()
    await Promise.allSettled([this.#member.close(), this.#admin.disconnect(), this.#onFailureTopic?.close()])
  }

  async #connectAndJoin(signal: AbortSignal): Promise<void> {
    const steps = [
      () => this.#admin.connect(),
      () => assertTopicExists(this.#admin, this.#parts.mapping.topic),
      () => this.#topicWatch.check(),
      () => this.#member.consumer.connect(),
      () => this.#member.subscribe(),
    ]
    for (const step of steps) await this.#inTime(step, STEP_LIMIT_MS, signal)
    await this.#inTime(() => this.#member.run(), JOIN_LIMIT_MS, signal)
    // The last step, because a batch that arrives before the session is open is not drained on stop.
    await this.#inTime(() => this.#member.started, JOIN_LIMIT_MS, signal)
  }

  /** kafkajs repeats a request on the same connection, even when it is dead. So a step that takes too long is given up. */
  async #inTime(step: () => Promise<unknown>, limitMs: number, signal: AbortSignal): Promise<void> {
    if (this.#isClosed || signal.aborted) throw new Error('stopped while connecting')
    const patientMs = limitMs * 2 ** Math.min(this.#parts.attempt - 1, MAX_DOUBLINGS)
    await withinTime(step(), patientMs, () => new Error(`Kafka has not responded within ${patientMs / 1_000} s`))
  }

  #createReader(): TopicReader {
    const { mapping, parts, stats } = this.#parts
    return new TopicReader({
      topic: mapping.topic,
      onReplaced: this.#lost.resolve,
      onOutOfRange: (partition) => stats.reportProblem(describeLoss(mapping, partition)),
      onUndecodable: (error) => {
        stats.reportError(error)
        void this.#member.holdBack(error.partition, parts.retryDelay.longestMs)
      },
    })
  }

  #watchTopic(): TopicWatch {
    const { mapping, settings, stats } = this.#parts
    const { partitions } = this.#member
    return watchTopic({
      admin: this.#admin,
      mapping,
      topicId: () => this.#reader.topicId,
      checkIntervalMs: settings.topicCheckIntervalMs,
      positions: () => new Map(partitions.all().map(([partition, { position }]) => [partition, position])),
      onReplaced: this.#lost.resolve,
      onError: stats.reportError,
    })
  }

  #watchConsumer(): () => void {
    const { mapping, settings } = this.#parts
    return watchConsumer(this.#member.consumer, this.#admin, {
      onJoined: (assignment) => this.#member.joined(assignment[mapping.topic] ?? []),
      onLost: this.#lost.resolve,
      onSkipped: (topic, partition, nextOffset) => {
        if (topic === mapping.topic) this.#member.skipped(partition, nextOffset)
      },
      onMetadataRequest: () => void this.#topicWatch.checkAgain(),
      silenceLimitMs: settings.rebalanceTimeoutMs + SILENCE_LIMIT_MS,
      rejoinLimitMs: JOIN_LIMIT_MS,
    })
  }
}

function openOnFailureTopic(kafka: Kafka, { mapping, parts }: KafkaSessionParts): OnFailureTopic | undefined {
  const { onFailureTopic } = mapping
  return onFailureTopic === undefined
    ? undefined
    : createOnFailureTopic(kafka, { ...mapping, onFailureTopic }, parts.clock)
}

/** @throws when the topic does not exist: kafkajs would wait for it without end, or create it. */
async function assertTopicExists(admin: Admin, topic: string): Promise<void> {
  const topics = await admin.listTopics()
  if (!topics.includes(topic)) throw new Error(`the topic ${topic} does not exist`)
}

function describeLoss({ topic, startingPosition }: KafkaSessionParts['mapping'], partition: number): string {
  const continues = startingPosition.at === 'LATEST' ? 'after its last record' : 'at its first record'
  return (
    `records of ${topic}-${partition} were deleted before they were delivered (retention, or a request to delete ` +
    `records): the partition continues ${continues}`
  )
}
