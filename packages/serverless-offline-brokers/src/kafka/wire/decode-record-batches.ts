import type { KafkaRecord } from '../../event/kafka-event'
import { ByteReader } from './byte-reader'
import { decompress } from './decompress'

/**
 * A message as kafkajs expects it, with the record. Control records are messages too, and so are offsets whose records
 * were compacted away.
 */
export interface DecodedRecord {
  readonly offset: string
  readonly key: Buffer | null
  readonly isControlRecord: boolean
  readonly batchContext: { readonly producerId: string; readonly inTransaction: boolean }
  readonly record: KafkaRecord
}

/** A batch that cannot be decoded. The records before it can be delivered; it blocks its partition. */
export class UndecodableBatchError extends Error {
  readonly code = 'UNDECODABLE_BATCH'

  constructor(
    readonly topic: string,
    readonly partition: number,
    readonly offset: bigint,
    cause: unknown,
  ) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    super(`cannot decode the batch of ${topic}-${partition} that starts at offset ${offset}: ${reason}`, { cause })
    this.name = 'UndecodableBatchError'
  }
}

interface Source {
  readonly topic: string
  readonly partition: number
}

interface BatchHeader {
  readonly baseOffset: bigint
  readonly lastOffset: bigint
  readonly attributes: number
  readonly baseTimestamp: number
  readonly maxTimestamp: number
  readonly isControl: boolean
  readonly context: DecodedRecord['batchContext']
  readonly count: number
}

const LENGTH_END = 12
const MAGIC_AT = 16
const MAGIC = 2
const CODEC_MASK = 0x07
const LOG_APPEND_TIME = 0x08
const TRANSACTIONAL = 0x10
const CONTROL = 0x20

/**
 * Decodes the record batches of one partition in a fetch response. A broker may cut off the last batch, which is ignored.
 *
 * kafkajs can do this too, but it has no lz4 and no zstd, loses the order and null values of headers, throws for headers
 * with names such as `constructor`, and stops for ever at a batch without records, which compaction leaves behind.
 *
 * @throws UndecodableBatchError for the first batch only, so that the records before a damaged batch are delivered
 */
export function decodeRecordBatches(data: Buffer, source: Source): DecodedRecord[] {
  const records: DecodedRecord[] = []
  for (let start = 0; start + LENGTH_END <= data.length; ) {
    const end = start + LENGTH_END + data.readInt32BE(start + 8)
    if (end > data.length) break
    try {
      for (const record of decodeBatch(data.subarray(start, end), source)) records.push(record)
    } catch (error) {
      if (records.length > 0) break
      throw new UndecodableBatchError(source.topic, source.partition, data.readBigInt64BE(start), error)
    }
    start = end
  }
  return records
}

function decodeBatch(data: Buffer, source: Source): DecodedRecord[] {
  const magic = data.readInt8(MAGIC_AT)
  if (magic !== MAGIC) throw new RangeError(`its format is version ${magic}, from before Kafka 0.11`)
  const reader = new ByteReader(data)
  const header = readHeader(reader)
  const compressed = reader.bytes(reader.remaining)
  const content = new ByteReader(decompress(header.attributes & CODEC_MASK, compressed))
  const records: DecodedRecord[] = []
  for (let index = 0; index < header.count; index++) records.push(decodeRecord(content, header, source))
  if (records.at(-1)?.record.offset !== header.lastOffset) records.push(placeholder(header, source))
  return records
}

function readHeader(reader: ByteReader): BatchHeader {
  const baseOffset = reader.int64()
  reader.int32() // length
  reader.int32() // leader epoch
  reader.int8() // magic
  reader.int32() // checksum
  const attributes = reader.int16()
  const lastOffset = baseOffset + BigInt(reader.int32())
  const baseTimestamp = Number(reader.int64())
  const maxTimestamp = Number(reader.int64())
  const producerId = String(reader.int64())
  reader.int16() // producer epoch
  reader.int32() // base sequence
  return {
    baseOffset,
    lastOffset,
    attributes,
    baseTimestamp,
    maxTimestamp,
    isControl: (attributes & CONTROL) !== 0,
    context: { producerId, inTransaction: (attributes & TRANSACTIONAL) !== 0 },
    count: reader.int32(),
  }
}

function decodeRecord(reader: ByteReader, header: BatchHeader, { topic, partition }: Source): DecodedRecord {
  const length = reader.varint()
  const end = reader.position + length
  reader.int8() // attributes, unused
  const timestampDelta = reader.varlong()
  const offset = header.baseOffset + BigInt(reader.varint())
  const isAppendTime = (header.attributes & LOG_APPEND_TIME) !== 0
  const key = reader.varintBytes()
  const value = reader.varintBytes()
  const headers = decodeHeaders(reader)
  if (reader.position !== end) throw new RangeError(`the record at offset ${offset} has another length than it says`)
  return withContext(header, {
    topic,
    partition,
    offset,
    timestamp: isAppendTime ? header.maxTimestamp : header.baseTimestamp + timestampDelta,
    timestampType: isAppendTime ? 'LOG_APPEND_TIME' : 'CREATE_TIME',
    key,
    value,
    headers,
  })
}

function decodeHeaders(reader: ByteReader): KafkaRecord['headers'] {
  const count = reader.varint()
  const headers: (readonly [string, Buffer | null])[] = []
  for (let index = 0; index < count; index++) headers.push([reader.varintText(), reader.varintBytes()])
  return headers
}

function withContext({ context, isControl }: BatchHeader, record: KafkaRecord): DecodedRecord {
  return {
    offset: String(record.offset),
    key: record.key,
    isControlRecord: isControl,
    batchContext: context,
    record,
  }
}

/** Compaction removed the last records of the batch. Like a control record, this moves the position beyond the batch. */
function placeholder(header: BatchHeader, source: Source): DecodedRecord {
  const nothing = { timestamp: 0, timestampType: 'CREATE_TIME', key: null, value: null, headers: [] } as const
  return { ...withContext(header, { ...source, offset: header.lastOffset, ...nothing }), isControlRecord: true }
}
