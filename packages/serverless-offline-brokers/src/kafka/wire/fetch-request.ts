import type { ByteReader } from './byte-reader'
import { ByteWriter } from './byte-writer'

/** The arguments with which kafkajs fetches. */
export interface FetchArguments {
  readonly isolationLevel?: number
  readonly maxWaitTime: number
  readonly minBytes: number
  readonly maxBytes: number
  readonly rackId?: string
  readonly topics: readonly {
    readonly topic: string
    readonly partitions: readonly { partition: number; fetchOffset: string; maxBytes: number }[]
  }[]
}

export interface FetchedPartition {
  readonly partition: number
  readonly errorCode: number
  readonly highWatermark: string
  readonly abortedTransactions: readonly { readonly producerId: string; readonly firstOffset: string }[]
  readonly preferredReadReplica: number
  readonly records: Buffer
}

export interface FetchResponse {
  readonly clientSideThrottleTime: number
  readonly errorCode: number
  /** The name of the topic, or its id when it was fetched by id. */
  readonly topics: readonly { readonly topic: string; readonly partitions: readonly FetchedPartition[] }[]
}

/** The first version with topic ids, of Kafka 3.1. */
export const FETCH_BY_ID = 13
/** The version of Kafka 2.3. */
export const FETCH_BY_NAME = 11

const CONSUMER = -1
const READ_COMMITTED = 1
const NO_SESSION = 0
const FINAL_EPOCH = -1
const UNKNOWN = -1

export function encodeFetchByName(args: FetchArguments): Buffer {
  const writer = writeLimits(new ByteWriter(), args)
  writer.array(args.topics, ({ topic, partitions }) => {
    writer.string(topic).array(partitions, ({ partition, fetchOffset, maxBytes }) => {
      writer.int32(partition).int32(UNKNOWN) // leader epoch
      writer.int64(BigInt(fetchOffset)).int64(BigInt(UNKNOWN)).int32(maxBytes) // start of the log, for replicas
    })
  })
  return writer
    .array([], () => {})
    .string(args.rackId ?? '')
    .toBuffer() // topics to forget
}

/** @param idOf the id of a topic, as hexadecimal digits */
export function encodeFetchById(args: FetchArguments, idOf: (topic: string) => string): Buffer {
  const writer = writeLimits(new ByteWriter(), args)
  writer.compactArray(args.topics, ({ topic, partitions }) => {
    writer.uuid(idOf(topic)).compactArray(partitions, ({ partition, fetchOffset, maxBytes }) => {
      writer.int32(partition).int32(UNKNOWN) // leader epoch
      writer.int64(BigInt(fetchOffset)).int32(UNKNOWN) // last epoch, for replicas
      writer.int64(BigInt(UNKNOWN)).int32(maxBytes).noTags() // start of the log, for replicas
    })
    writer.noTags()
  })
  return writer
    .compactArray([], () => {})
    .compactString(args.rackId ?? '')
    .noTags()
    .toBuffer() // topics to forget
}

export function decodeFetchByName(reader: ByteReader): FetchResponse {
  return {
    ...readStatus(reader),
    topics: reader.array(() => ({
      topic: reader.string() ?? '',
      partitions: reader.array(() => ({
        ...readPartition(reader),
        abortedTransactions: reader.array(() => readAborted(reader)),
        preferredReadReplica: reader.int32(),
        records: reader.bytes(Math.max(reader.int32(), 0)),
      })),
    })),
  }
}

export function decodeFetchById(reader: ByteReader): FetchResponse {
  const withTags = <T>(value: T): T => {
    reader.skipTags()
    return value
  }
  return {
    ...readStatus(reader),
    topics: reader.compactArray(() =>
      withTags({
        topic: reader.uuid(),
        partitions: reader.compactArray(() =>
          withTags({
            ...readPartition(reader),
            abortedTransactions: reader.compactArray(() => withTags(readAborted(reader))),
            preferredReadReplica: reader.int32(),
            records: reader.bytes(Math.max(reader.unsignedVarint() - 1, 0)),
          }),
        ),
      }),
    ),
  }
}

function writeLimits(writer: ByteWriter, args: FetchArguments): ByteWriter {
  const { maxWaitTime, minBytes, maxBytes, isolationLevel } = args
  writer.int32(CONSUMER).int32(maxWaitTime).int32(minBytes).int32(maxBytes)
  return writer
    .int8(isolationLevel ?? READ_COMMITTED)
    .int32(NO_SESSION)
    .int32(FINAL_EPOCH)
}

function readStatus(reader: ByteReader) {
  const clientSideThrottleTime = reader.int32()
  const errorCode = reader.int16()
  reader.int32() // session id
  return { clientSideThrottleTime, errorCode }
}

function readPartition(reader: ByteReader) {
  const partition = reader.int32()
  const errorCode = reader.int16()
  const highWatermark = String(reader.int64())
  reader.int64() // last stable offset
  reader.int64() // start of the log
  return { partition, errorCode, highWatermark }
}

function readAborted(reader: ByteReader) {
  return { producerId: String(reader.int64()), firstOffset: String(reader.int64()) }
}
