import { connect } from 'node:net'
import { ByteReader } from '../kafka/wire/byte-reader'
import { ByteWriter } from '../kafka/wire/byte-writer'

export interface TestRecord {
  readonly key?: string | Buffer | null
  readonly value?: string | Buffer | null
  readonly headers?: readonly (readonly [name: string, value: string | Buffer | null])[]
  /** By default the place in the batch. */
  readonly offsetDelta?: number
  readonly timestampDelta?: number
}

export interface TestBatch {
  readonly records: readonly TestRecord[]
  readonly baseOffset?: bigint
  readonly baseTimestamp?: bigint
  readonly maxTimestamp?: bigint
  readonly attributes?: number
  readonly lastOffsetDelta?: number
  readonly producerId?: bigint
  readonly magic?: number
  readonly compress?: (records: Buffer) => Buffer
}

/** Encodes what kafkajs cannot: header values that are null, headers in any order, gaps, and batches without records. */
export function encodeRecordBatch(batch: TestBatch): Buffer {
  const { records, baseTimestamp = 0n, compress = (data) => data } = batch
  const checked = new ByteWriter()
    .int16(batch.attributes ?? 0)
    .int32(batch.lastOffsetDelta ?? records.length - 1)
    .int64(baseTimestamp)
    .int64(batch.maxTimestamp ?? baseTimestamp)
    .int64(batch.producerId ?? -1n)
    .int16(-1) // producer epoch
    .int32(-1) // base sequence
    .int32(records.length)
    .bytes(compress(Buffer.concat(records.map(encodeRecord))))
    .toBuffer()
  const body = new ByteWriter()
    .int32(-1)
    .int8(batch.magic ?? 2)
    .bytes(checksum(checked))
    .bytes(checked)
    .toBuffer()
  return new ByteWriter()
    .int64(batch.baseOffset ?? 0n)
    .int32(body.length)
    .bytes(body)
    .toBuffer()
}

/** Sends a batch to partition 0 as it is, without kafkajs. */
export async function produceBatch(broker: string, topic: string, batch: Buffer): Promise<void> {
  const [host, port] = broker.split(':')
  const socket = connect(Number(port), host)
  const request = new ByteWriter().int16(0).int16(7).int32(1).string('test') // Produce, version 7
  request.int16(-1).int16(-1).int32(10_000) // not transactional, acks of all replicas, timeout
  request.array([batch], (records) => {
    request.string(topic).array([records], () => request.int32(0).int32(records.length).bytes(records))
  })
  const body = request.toBuffer()
  try {
    socket.write(new ByteWriter().int32(body.length).bytes(body).toBuffer())
    const response = await new Promise<Buffer>((resolve, reject) => socket.once('data', resolve).once('error', reject))
    const reader = new ByteReader(response.subarray(8))
    reader.array(() => {
      reader.string()
      return reader.array(() => {
        reader.int32()
        const code = reader.int16()
        if (code !== 0) throw new Error(`Kafka error ${code}`)
      })
    })
  } finally {
    socket.destroy()
  }
}

function encodeRecord({ key = null, value = null, headers = [], ...record }: TestRecord, index: number): Buffer {
  const body = new ByteWriter().int8(0)
  varint(body, record.timestampDelta ?? 0)
  varint(body, record.offsetDelta ?? index)
  varintBytes(body, key)
  varintBytes(body, value)
  varint(body, headers.length)
  for (const [name, content] of headers) {
    varintBytes(body, name)
    varintBytes(body, content)
  }
  const bytes = body.toBuffer()
  const withLength = new ByteWriter()
  varint(withLength, bytes.length)
  return withLength.bytes(bytes).toBuffer()
}

function varint(writer: ByteWriter, value: number): void {
  writer.unsignedVarint(value < 0 ? -value * 2 - 1 : value * 2)
}

function varintBytes(writer: ByteWriter, content: string | Buffer | null): void {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content
  varint(writer, bytes?.length ?? -1)
  if (bytes !== null) writer.bytes(bytes)
}

/** CRC-32C, which Kafka verifies when it accepts a batch. */
function checksum(data: Buffer): Buffer {
  let crc = 0xffffffff
  for (const byte of data) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1
  }
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE((crc ^ 0xffffffff) >>> 0)
  return bytes
}
