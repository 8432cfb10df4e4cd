import { type Cluster, KafkaJSOffsetOutOfRange, KafkaJSProtocolError } from 'kafkajs'
import { describe, expect, it, vi } from 'vitest'
import { encodeRecordBatch } from '../testing/record-batch'
import { TopicReader } from './topic-reader'
import { ByteReader } from './wire/byte-reader'
import { ByteWriter } from './wire/byte-writer'

const ID = '00112233445566778899aabbccddeeff'
const KAFKA_3 = { 1: { maxVersion: 13 }, 3: { maxVersion: 12 } }
const KAFKA_2_3 = { 1: { maxVersion: 11 }, 3: { maxVersion: 8 } }
const OLDER = { 1: { maxVersion: 10 }, 3: { maxVersion: 8 } }
const GOOD = encodeRecordBatch({ records: [{ value: 'a' }], baseOffset: 5n })
const BAD = encodeRecordBatch({ records: [{ value: 'a' }], baseOffset: 5n, attributes: 7 })

interface Request {
  readonly request: { readonly apiKey: number; readonly apiVersion: number; encode(): Promise<{ buffer: Buffer }> }
  readonly response: { decode(data: Buffer): Promise<unknown> }
}

/** A reader at a broker with these versions, which responds to fetches with an error or a batch. */
function createReader(versions: object, { errorCode = 0, records = GOOD, topicId = ID } = {}) {
  const sent: { readonly version: number; readonly body: Buffer }[] = []
  const broker = {
    versions,
    connectionPool: {
      async send({ request, response }: Request) {
        sent.push({ version: request.apiVersion, body: (await request.encode()).buffer })
        const isFetch = request.apiKey === 1
        await response.decode(isFetch ? fetched(request.apiVersion >= 13, errorCode, records) : metadata(topicId))
      },
    },
    fetch: undefined as unknown as (args: object) => Promise<unknown>,
  }
  const cluster = { getNodeIds: () => [1], findBroker: async () => broker }
  const onReplaced = vi.fn()
  const onUndecodable = vi.fn()
  const onOutOfRange = vi.fn()
  const reader = new TopicReader({ topic: 'orders', onReplaced, onOutOfRange, onUndecodable })
  reader.attach(cluster as unknown as Cluster)
  const fetch = async (...partitions: readonly number[]) =>
    (await cluster.findBroker()).fetch({
      maxWaitTime: 1,
      minBytes: 1,
      maxBytes: 1,
      topics: [
        { topic: 'orders', partitions: partitions.map((partition) => ({ partition, fetchOffset: '5', maxBytes: 1 })) },
      ],
    })
  return { reader, fetch, sent, onReplaced, onUndecodable, onOutOfRange }
}

function metadata(topicId: string): Buffer {
  const writer = new ByteWriter().noTags().int32(0) // tags of the header, throttle time
  writer.compactArray(['broker'], (host) => writer.int32(1).compactString(host).int32(9092).compactString('').noTags())
  writer.compactString('cluster').int32(1)
  return writer.compactArray(['orders'], (name) => writer.int16(0).compactString(name).uuid(topicId)).toBuffer()
}

function fetched(byId: boolean, errorCode: number, records: Buffer): Buffer {
  const writer = new ByteWriter()
  if (byId) writer.noTags()
  writer.int32(0).int16(0).int32(0)
  const partition = () => writer.int32(2).int16(errorCode).int64(6n).int64(6n).int64(0n)
  if (!byId) {
    return writer
      .array(['orders'], (name) => {
        writer.string(name).array([0], () => {
          partition().array([], () => {})
          writer.int32(-1).int32(records.length).bytes(records)
        })
      })
      .toBuffer()
  }
  writer.compactArray([ID], (id) => {
    writer.uuid(id).compactArray([0], () => {
      partition().compactArray([], () => {})
      writer
        .int32(-1)
        .unsignedVarint(records.length + 1)
        .bytes(records)
        .noTags()
    })
    writer.noTags()
  })
  return writer.noTags().toBuffer()
}

const FETCHED = {
  responses: [{ topicName: 'orders', partitions: [{ partition: 2, messages: [{ offset: '5' }] }] }],
}

describe('a topic reader', () => {
  it('fetches by the id of the topic if the broker has ids', async () => {
    const { reader, fetch, sent } = createReader(KAFKA_3)

    await reader.identify()
    await reader.identify()

    expect(reader.topicId).toBe(ID)
    expect(await fetch(2)).toMatchObject(FETCHED)
    expect(sent.map(({ version }) => version)).toEqual([10, 13])
    expect(sent[1]?.body.toString('hex')).toContain(ID)
  })

  it.each([
    { what: 'the broker is older than Kafka 3.1', versions: KAFKA_2_3, topicId: ID },
    { what: 'the topic has no id', versions: KAFKA_3, topicId: '0'.repeat(32) },
  ])('fetches by the name of the topic if $what', async ({ versions, topicId }) => {
    const { reader, fetch, sent } = createReader(versions, { topicId })

    await reader.identify()

    expect(reader.topicId).toBeUndefined()
    expect(await fetch(2)).toMatchObject(FETCHED)
    expect(sent.at(-1)?.version).toBe(11)
    expect(sent.at(-1)?.body.toString()).toContain('orders')
  })

  it('refuses brokers that are older than Kafka 2.3', async () => {
    await expect(createReader(OLDER).fetch(2)).rejects.toThrow('older than Kafka 2.3')
  })

  it.each([100, 103])('reports a topic that was created again: error %d', async (errorCode) => {
    const { reader, fetch, onReplaced } = createReader(KAFKA_3, { errorCode })
    await reader.identify()

    await expect(fetch(2)).rejects.toThrow('the topic orders was deleted or created again')

    expect(onReplaced).toHaveBeenCalledTimes(1)
  })

  it.each([
    { code: 6, type: 'NOT_LEADER_FOR_PARTITION' },
    { code: 74, type: 'FENCED_LEADER_EPOCH' },
    { code: 29, type: 'FETCH_FAILED' },
  ])('fails with the error that kafkajs handles for the code $code: $type', async ({ code, type }) => {
    const failed = createReader(KAFKA_3, { errorCode: code }).fetch(2)

    await expect(failed).rejects.toThrow(KafkaJSProtocolError)
    await expect(failed).rejects.toMatchObject({ code, type, message: expect.stringContaining('orders-2') })
  })

  it('lets kafkajs find another offset when it is out of range, and reports that', async () => {
    const { fetch, onOutOfRange } = createReader(KAFKA_3, { errorCode: 1 })
    const failed = fetch(2)

    await expect(failed).rejects.toThrow(KafkaJSOffsetOutOfRange)
    await expect(failed).rejects.toMatchObject({ topic: 'orders', partition: 2 })
    expect(onOutOfRange.mock.calls).toEqual([[2]])
  })

  it('reports a batch that cannot be decoded, and fetches nothing of its partition', async () => {
    const { fetch, onUndecodable } = createReader(KAFKA_3, { records: BAD })

    expect(await fetch(2)).toMatchObject({ responses: [{ partitions: [{ partition: 2, messages: [] }] }] })

    expect(onUndecodable).toHaveBeenCalledWith(
      expect.objectContaining({ code: 'UNDECODABLE_BATCH', partition: 2, offset: 5n }),
    )
  })

  it('begins each request with another partition, so that none is starved', async () => {
    const { fetch, sent } = createReader(KAFKA_2_3)

    for (let request = 0; request < 3; request++) await fetch(0, 1, 2)

    expect(new Set(sent.map(({ body }) => firstPartition(body)))).toEqual(new Set([0, 1, 2]))
  })
})

function firstPartition(body: Buffer): number {
  const reader = new ByteReader(body)
  reader.bytes(4 * 4 + 1 + 2 * 4 + 4)
  reader.string()
  reader.int32()
  return reader.int32()
}
