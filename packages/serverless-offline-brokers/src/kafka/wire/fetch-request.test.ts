import { describe, expect, it } from 'vitest'
import { ByteReader } from './byte-reader'
import { ByteWriter } from './byte-writer'
import { decodeFetchById, decodeFetchByName, encodeFetchById, encodeFetchByName } from './fetch-request'

const ID = '00112233445566778899aabbccddeeff'
const ARGUMENTS = {
  isolationLevel: 1,
  maxWaitTime: 100,
  minBytes: 1,
  maxBytes: 1_000_000,
  topics: [{ topic: 'orders', partitions: [{ partition: 2, fetchOffset: '9007199254740993', maxBytes: 65_536 }] }],
}

describe('a fetch request', () => {
  it('names the topic for brokers without topic ids', () => {
    const reader = new ByteReader(encodeFetchByName(ARGUMENTS))

    expect([reader.int32(), reader.int32(), reader.int32(), reader.int32()]).toEqual([-1, 100, 1, 1_000_000])
    expect([reader.int8(), reader.int32(), reader.int32()]).toEqual([1, 0, -1])
    const topics = reader.array(() => ({
      topic: reader.string(),
      partitions: reader.array(() => [reader.int32(), reader.int32(), reader.int64(), reader.int64(), reader.int32()]),
    }))
    expect(topics).toEqual([{ topic: 'orders', partitions: [[2, -1, 9_007_199_254_740_993n, -1n, 65_536]] }])
    expect([reader.array(() => 0), reader.string(), reader.remaining]).toEqual([[], '', 0])
  })

  it('contains the id of the topic otherwise', () => {
    const reader = new ByteReader(encodeFetchById(ARGUMENTS, () => ID))
    reader.bytes(4 * 4 + 1 + 2 * 4)

    const topics = reader.compactArray(() => {
      const id = reader.uuid()
      const partitions = reader.compactArray(() => {
        const fields = [reader.int32(), reader.int32(), reader.int64(), reader.int32(), reader.int64(), reader.int32()]
        reader.skipTags()
        return fields
      })
      reader.skipTags()
      return { id, partitions }
    })
    expect(topics).toEqual([{ id: ID, partitions: [[2, -1, 9_007_199_254_740_993n, -1, -1n, 65_536]] }])
    expect([reader.compactArray(() => 0), reader.compactString()]).toEqual([[], ''])
    reader.skipTags()
    expect(reader.remaining).toBe(0)
  })
})

describe('a fetch response', () => {
  const PARTITION = {
    partition: 2,
    errorCode: 6,
    highWatermark: '12',
    abortedTransactions: [{ producerId: '7', firstOffset: '10' }],
    preferredReadReplica: -1,
    records: Buffer.from('records'),
  }
  const EXPECTED = { clientSideThrottleTime: 5, errorCode: 0 }

  it('is decoded with the name of the topic', () => {
    const writer = new ByteWriter().int32(5).int16(0).int32(0)
    writer.array(['orders'], (topic) => {
      writer.string(topic).array([0], () => {
        writer.int32(2).int16(6).int64(12n).int64(12n).int64(0n)
        writer.array([0], () => writer.int64(7n).int64(10n)).int32(-1)
        writer.int32(7).bytes(Buffer.from('records'))
      })
    })

    expect(decodeFetchByName(new ByteReader(writer.toBuffer()))).toEqual({
      ...EXPECTED,
      topics: [{ topic: 'orders', partitions: [PARTITION] }],
    })
  })

  it('is decoded with the id of the topic, and tags of later versions are skipped', () => {
    const tag = (writer: ByteWriter) => writer.unsignedVarint(1).unsignedVarint(9).unsignedVarint(2).int16(0)
    const writer = new ByteWriter().int32(5).int16(0).int32(0)
    writer.compactArray([ID], (id) => {
      writer.uuid(id).compactArray([0], () => {
        writer.int32(2).int16(6).int64(12n).int64(12n).int64(0n)
        writer.compactArray([0], () => tag(writer.int64(7n).int64(10n))).int32(-1)
        tag(writer.unsignedVarint(8).bytes(Buffer.from('records')))
      })
      tag(writer)
    })
    tag(writer)

    expect(decodeFetchById(new ByteReader(writer.toBuffer()))).toEqual({
      ...EXPECTED,
      topics: [{ topic: ID, partitions: [PARTITION] }],
    })
  })
})
