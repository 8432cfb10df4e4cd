import { type Cluster, KafkaJSOffsetOutOfRange, KafkaJSProtocolError } from 'kafkajs'
import { type DecodedRecord, decodeRecordBatches, UndecodableBatchError } from './wire/decode-record-batches'
import {
  decodeFetchById,
  decodeFetchByName,
  encodeFetchById,
  encodeFetchByName,
  FETCH_BY_ID,
  FETCH_BY_NAME,
  type FetchArguments,
  type FetchedPartition,
  type FetchResponse,
} from './wire/fetch-request'
import { type BrokerConnection, findAnyBroker, maxVersion, replaceFetch, sendRequest } from './wire/kafkajs-internals'
import { decodeTopicId, encodeTopicIdRequest, METADATA_WITH_IDS } from './wire/topic-id-request'

export interface TopicReaderParts {
  readonly topic: string
  /** The topic was deleted, or deleted and created again. */
  onReplaced(reason: Error): void
  /** The next offset is not in the partition any more. kafkajs continues at the starting position. */
  onOutOfRange(partition: number): void
  /** The partition will be fetched again from the same offset. */
  onUndecodable(error: UndecodableBatchError): void
}

const FETCH = { apiKey: 1, apiName: 'Fetch' }
const METADATA = { apiKey: 3, apiName: 'Metadata' }

/** Errors after which kafkajs refreshes its metadata. Their names are those of kafkajs. */
const STALE_METADATA = new Map([
  [3, 'UNKNOWN_TOPIC_OR_PARTITION'],
  [5, 'LEADER_NOT_AVAILABLE'],
  [6, 'NOT_LEADER_FOR_PARTITION'],
  [9, 'NOT_LEADER_FOR_PARTITION'],
  [56, 'NOT_LEADER_FOR_PARTITION'],
  [74, 'FENCED_LEADER_EPOCH'],
  [75, 'UNKNOWN_LEADER_EPOCH'],
  [78, 'NOT_LEADER_FOR_PARTITION'],
])
const OFFSET_OUT_OF_RANGE = 1
const UNKNOWN_TOPIC_ID = 100
const INCONSISTENT_TOPIC_ID = 103

/**
 * Fetches and decodes in place of kafkajs. With Kafka 3.1 and later it fetches by the id of the topic. A topic that is
 * deleted and created again has another id, so records of one topic are never taken for those of the other.
 */
export class TopicReader {
  #cluster: Cluster | undefined
  #topicId: string | undefined
  #fetches = 0

  constructor(private readonly parts: TopicReaderParts) {}

  /** Undefined before `identify`, and when the broker has no ids. */
  get topicId(): string | undefined {
    return this.#topicId
  }

  /** Call it with the cluster of the consumer, before the consumer runs. */
  attach(cluster: Cluster): void {
    this.#cluster = cluster
    replaceFetch(cluster, (broker, args) => this.#fetch(broker, args))
  }

  /** Finds the id of the topic. Later calls do nothing: the reader stays with the topic that it has found first. */
  async identify(): Promise<void> {
    if (this.#topicId !== undefined || this.#cluster === undefined) return
    const broker = await findAnyBroker(this.#cluster)
    if (maxVersion(broker, METADATA.apiKey) < METADATA_WITH_IDS || maxVersion(broker, FETCH.apiKey) < FETCH_BY_ID)
      return
    this.#topicId = await sendRequest(broker, {
      ...METADATA,
      apiVersion: METADATA_WITH_IDS,
      hasTags: true,
      body: encodeTopicIdRequest(this.parts.topic),
      decode: decodeTopicId,
    })
  }

  async #fetch(broker: BrokerConnection, args: FetchArguments) {
    const { topic } = this.parts
    this.#fetches += 1
    const topics = args.topics.map(({ partitions, ...rest }) => ({
      ...rest,
      partitions: rotate(partitions, this.#fetches),
    }))
    const response = await this.#send(broker, { ...args, topics })
    for (const { partitions } of response.topics) for (const partition of partitions) this.#assertFetched(partition)
    return {
      responses: response.topics.map(({ partitions }) => ({
        topicName: topic,
        partitions: partitions.map(({ records, ...rest }) => ({
          ...rest,
          messages: this.#decode(rest.partition, records),
        })),
      })),
    }
  }

  #send(broker: BrokerConnection, args: FetchArguments): Promise<FetchResponse> {
    const id = this.#topicId
    // During an upgrade of the cluster some brokers may be older.
    if (id !== undefined && maxVersion(broker, FETCH.apiKey) >= FETCH_BY_ID) {
      const body = encodeFetchById(args, () => id)
      return sendRequest(broker, { ...FETCH, apiVersion: FETCH_BY_ID, hasTags: true, body, decode: decodeFetchById })
    }
    if (maxVersion(broker, FETCH.apiKey) < FETCH_BY_NAME) throw new Error('the broker is older than Kafka 2.3')
    const body = encodeFetchByName(args)
    return sendRequest(broker, { ...FETCH, apiVersion: FETCH_BY_NAME, hasTags: false, body, decode: decodeFetchByName })
  }

  #assertFetched({ partition, errorCode: code }: FetchedPartition): void {
    if (code === 0) return
    const { topic, onOutOfRange, onReplaced } = this.parts
    if (code === UNKNOWN_TOPIC_ID || code === INCONSISTENT_TOPIC_ID) {
      const reason = new Error(`the topic ${topic} was deleted or created again`)
      onReplaced(reason)
      throw reason
    }
    const cause = Object.assign(new Error(`cannot fetch ${topic}-${partition}: Kafka error ${code}`), {
      code,
      type: STALE_METADATA.get(code) ?? 'FETCH_FAILED',
      retriable: true,
    })
    if (code === OFFSET_OUT_OF_RANGE) {
      onOutOfRange(partition)
      throw new KafkaJSOffsetOutOfRange(cause, { topic, partition })
    }
    throw new KafkaJSProtocolError(cause)
  }

  #decode(partition: number, records: Buffer): DecodedRecord[] {
    try {
      return decodeRecordBatches(records, { topic: this.parts.topic, partition })
    } catch (error) {
      if (!(error instanceof UndecodableBatchError)) throw error
      this.parts.onUndecodable(error)
      return []
    }
  }
}

/** A broker fills a response in the order of the request, so each partition must be the first one now and then. */
function rotate<T>(items: readonly T[], by: number): readonly T[] {
  const start = by % Math.max(items.length, 1)
  return [...items.slice(start), ...items.slice(0, start)]
}
