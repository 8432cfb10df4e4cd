import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { compress as compressSnappy } from 'kafkajs-snappy-codec'
import { describe, expect, it } from 'vitest'
import { encodeRecordBatch, type TestBatch } from '../../testing/record-batch'
import { decodeRecordBatches, UndecodableBatchError } from './decode-record-batches'

const SOURCE = { topic: 'orders', partition: 3 }

const decode = (...batches: readonly TestBatch[]) =>
  decodeRecordBatches(Buffer.concat(batches.map(encodeRecordBatch)), SOURCE)

const recordsOf = (...batches: readonly TestBatch[]) =>
  decode(...batches)
    .filter(({ isControlRecord }) => !isControlRecord)
    .map(({ record }) => record)

const offsetsOf = (data: Buffer) => decodeRecordBatches(data, SOURCE).map(({ offset }) => offset)

const bytes = fc.uint8Array({ maxLength: 200 }).map((data) => Buffer.from(data))
const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('constructor', '__proto__', 'hasOwnProperty', ''))
const anyRecord = fc.record({
  key: fc.option(bytes),
  value: fc.option(bytes),
  headers: fc.array(fc.tuple(text, fc.option(bytes))),
})

describe('the records of a batch', () => {
  it('are decoded with every key, value and header, whatever they contain', () => {
    fc.assert(
      fc.property(fc.array(anyRecord), fc.constantFrom(0, 1, 2), (records, codec) => {
        const compress = [(data: Buffer) => data, gzipSync, compressSnappy][codec]
        const decoded = recordsOf({ records, attributes: codec, ...(compress && { compress }) })

        expect(decoded.map(({ key, value, headers }) => ({ key, value, headers }))).toEqual(records)
      }),
    )
  })

  it('have the topic, the partition, the offset and the time of the producer', () => {
    const records = [
      { value: 'a', timestampDelta: -5 },
      { value: 'b', offsetDelta: 4 },
    ]

    expect(recordsOf({ records, baseOffset: 2n ** 53n + 1n, baseTimestamp: 1_749_116_692_330n })).toEqual([
      {
        ...SOURCE,
        offset: 2n ** 53n + 1n,
        timestamp: 1_749_116_692_325,
        timestampType: 'CREATE_TIME',
        key: null,
        value: Buffer.from('a'),
        headers: [],
      },
      expect.objectContaining({ offset: 2n ** 53n + 5n, timestamp: 1_749_116_692_330 }),
    ])
  })

  it('have the time of the broker if the topic says so', () => {
    const [record] = recordsOf({ records: [{ value: 'a' }], attributes: 8, baseTimestamp: 1n, maxTimestamp: 9n })

    expect(record).toMatchObject({ timestampType: 'LOG_APPEND_TIME', timestamp: 9 })
  })

  it('are marked when they control a transaction or belong to one', () => {
    const [inTransaction, control] = decode(
      { records: [{ value: 'a' }], attributes: 0x10, producerId: 7n },
      { records: [{ key: 'commit' }], attributes: 0x30, producerId: 7n, baseOffset: 1n },
    )

    const batchContext = { producerId: '7', inTransaction: true }
    expect(inTransaction).toMatchObject({ isControlRecord: false, batchContext })
    expect(control).toMatchObject({ isControlRecord: true, batchContext })
  })
})

describe('a batch whose records were compacted away', () => {
  it('moves the position to its end when no record is left', () => {
    expect(decode({ records: [], baseOffset: 10n, lastOffsetDelta: 4 })).toMatchObject([
      { offset: '14', isControlRecord: true },
    ])
  })

  it('moves the position to its end when the last records are missing', () => {
    const records = [{ value: 'a', offsetDelta: 1 }]

    expect(decode({ records, baseOffset: 10n, lastOffsetDelta: 4 })).toMatchObject([
      { offset: '11', isControlRecord: false },
      { offset: '14', isControlRecord: true },
    ])
  })
})

describe('a damaged batch', () => {
  const good = encodeRecordBatch({ records: [{ value: 'good' }], baseOffset: 4n })
  const after = encodeRecordBatch({ records: [{ value: 'after' }], baseOffset: 6n })
  const bad = (batch: Partial<TestBatch>) => encodeRecordBatch({ records: [{ value: 'x' }], baseOffset: 5n, ...batch })

  it.each([
    { what: 'has an unknown codec', batch: { attributes: 7 }, message: 'the compression codec 7 is unknown' },
    { what: 'is not gzip', batch: { attributes: 1 }, message: 'gzip: incorrect header check' },
    { what: 'is not snappy', batch: { attributes: 2 }, message: 'snappy: ' },
    { what: 'is not lz4', batch: { attributes: 3 }, message: 'lz4: ' },
    { what: 'is not zstd', batch: { attributes: 4 }, message: 'zstd: ' },
    { what: 'ends too early', batch: { compress: (all: Buffer) => all.subarray(0, 4) }, message: 'expected, 0 left' },
    { what: 'has an old format', batch: { magic: 1 }, message: 'version 1, from before Kafka 0.11' },
  ])('that $what is reported with topic, partition and offset', ({ batch, message }) => {
    const decodeBad = () => decodeRecordBatches(Buffer.concat([bad(batch), after]), SOURCE)

    expect(decodeBad).toThrow(UndecodableBatchError)
    expect(decodeBad).toThrow('cannot decode the batch of orders-3 that starts at offset 5: ')
    expect(decodeBad).toThrow(message)
  })

  it('does not hold back the records before it, and is not passed by the records behind it', () => {
    expect(offsetsOf(Buffer.concat([good, bad({ attributes: 7 }), after]))).toEqual(['4'])
  })

  it('is not a batch that the broker has cut off at the end of a response', () => {
    for (let length = 0; length < after.length; length++) {
      expect(offsetsOf(Buffer.concat([good, after.subarray(0, length)]))).toEqual(['4'])
    }
  })
})
