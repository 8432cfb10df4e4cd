import { randomUUID } from 'node:crypto'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { testServer } from '../../../../tools/local/test-servers'
import type { KafkaEvent, KafkaEventRecord } from '../event/kafka-event'
import type { Invoke, KafkaMapping, Poller } from '../event-source-mapping'
import { describePoller } from '../testing/conformance'
import { encodeRecordBatch, produceBatch, type TestBatch } from '../testing/record-batch'
import { createGate, recordInvocations } from '../testing/record-invocations'
import {
  committedOffsets,
  createTopic,
  type KafkaSource,
  kafkaSource,
  testKafka,
  withAdmin,
} from '../testing/test-kafka'
import type { KafkaPollerOptions } from './kafka-client-settings'
import { rangeAssigner, roundRobinAssigner } from './standard-assigners'

const server = testServer('kafka')
const WITHIN = { timeout: 30_000, interval: 20 }
/** A consumer of kafkajs with the default waits up to 5 s for records when it is closed. */
const SHORT_FETCH = { maxWaitTimeInMs: 100 }

describePoller('a poller of Kafka', {
  source: (name) => kafkaSource(name),
  kill: () => server.kill(),
  start: () => server.start(),
})

async function openSource(partitions = 1): Promise<KafkaSource> {
  const source = kafkaSource(`test-${randomUUID()}`, partitions)
  await source.create()
  return source
}

async function start(
  source: KafkaSource,
  invoke: Invoke,
  overrides: Partial<KafkaMapping> = {},
  options: Partial<KafkaPollerOptions> = {},
): Promise<Poller> {
  const poller = source.pollerOf(invoke, overrides, options)
  onTestFinished(() => poller.stop(0))
  poller.start()
  await vi.waitFor(() => expect(poller.state().status).toBe('running'), WITHIN)
  return poller
}

async function committed(source: KafkaSource, partition = 0): Promise<number | undefined> {
  return (await committedOffsets(source.topic, source.mapping.consumerGroupId)).get(partition)
}

/** Everything in partition 0 of a topic, from its beginning. */
async function readTopic(topic: string, count: number): Promise<{ key: string | undefined; value: string }[]> {
  const consumer = testKafka.consumer({ groupId: `reader-${randomUUID()}`, ...SHORT_FETCH })
  const messages: { key: string | undefined; value: string }[] = []
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  await consumer.run({
    eachMessage: async ({ message: { key, value } }) => {
      messages.push({ key: key?.toString(), value: value?.toString() ?? '' })
    },
  })
  try {
    await vi.waitFor(() => expect(messages).toHaveLength(count), WITHIN)
    return messages
  } finally {
    await consumer.disconnect()
  }
}

const failsWith =
  (bad: string) =>
  (bodies: readonly string[]): void => {
    if (bodies.includes(bad)) throw new Error(`cannot do ${bad}`)
  }

describe('the starting position of a Kafka mapping', () => {
  it('LATEST starts with records that follow the start of the poller, and a restart does not change that', async () => {
    const source = await openSource()
    await source.publish(['before'])
    const startingPosition = { at: 'LATEST' } as const
    const first = await start(source, async () => undefined, { startingPosition })
    await first.stop(5_000)
    await source.publish(['while no poller was running'])

    const calls = recordInvocations(source.bodiesOf)
    await start(source, calls.invoke, { startingPosition })
    await source.publish(['after'])

    await vi.waitFor(() => expect(calls.bodies()).toEqual(['while no poller was running', 'after']), WITHIN)
  })

  it('AT_TIMESTAMP starts with the first record that is not older', async () => {
    const source = await openSource()
    await source.publishTo(0, [
      { value: 'old', timestamp: '1000' },
      { value: 'at', timestamp: '2000' },
      { value: 'new', timestamp: '3000' },
    ])
    const calls = recordInvocations(source.bodiesOf)

    await start(source, calls.invoke, { startingPosition: { at: 'AT_TIMESTAMP', timestampMs: 2_000 } })

    await vi.waitFor(() => expect(calls.bodies()).toEqual(['at', 'new']), WITHIN)
  })

  it('is ignored once the group has committed an offset', async () => {
    const source = await openSource()
    await source.publish(['a', 'b'])
    const calls = recordInvocations(source.bodiesOf)
    const first = await start(source, calls.invoke)
    await vi.waitFor(() => expect(calls.bodies()).toEqual(['a', 'b']), WITHIN)
    await first.stop(5_000)
    await source.publish(['c'])

    await start(source, calls.invoke, { startingPosition: { at: 'LATEST' } })

    await vi.waitFor(() => expect(calls.bodies()).toEqual(['a', 'b', 'c']), WITHIN)
  })
})

describe('a Kafka topic that is deleted and immediately created again', () => {
  const OLD = ['a', 'b', 'c']
  const NEVER_MS = 2 ** 31 - 1

  it.each([
    { what: 'fewer records than before', bodies: ['x', 'y'], options: {} },
    { what: 'more records than before', bodies: ['v', 'w', 'x', 'y', 'z'], options: {} },
    {
      what: 'more records, which are fetched before the next periodic check',
      bodies: ['v', 'w', 'x', 'y', 'z'],
      options: { topicCheckIntervalMs: NEVER_MS },
    },
  ])('is read from its beginning when it has $what', async ({ bodies, options }) => {
    const source = await openSource()
    const calls = recordInvocations(source.bodiesOf)
    await start(source, calls.invoke, {}, options)
    await source.publish(OLD)
    await vi.waitFor(async () => expect(await committed(source)).toBe(OLD.length), WITHIN)

    await source.remove()
    await source.create()
    await source.publish(bodies)

    await vi.waitFor(() => expect(calls.bodies()).toEqual([...OLD, ...bodies]), WITHIN)
    await vi.waitFor(async () => expect(await committed(source)).toBe(bodies.length), WITHIN)
  })

  it('gets no offset of the old topic from a batch that was in flight', async () => {
    const source = await openSource()
    const gate = createGate()
    const calls = recordInvocations(source.bodiesOf, (bodies) => (bodies.includes('c') ? gate.opened : {}))
    const poller = await start(source, calls.invoke)
    await source.publish(OLD)
    await vi.waitFor(() => expect(calls.bodies()).toContain('c'), WITHIN)

    await source.remove()
    await source.create()
    await source.publish(['x'])
    // The error depends on what the poller sees first: no topic, or another one.
    await vi.waitFor(() => expect(poller.state().status).toBe('reconnecting'), WITHIN)
    await vi.waitFor(() => expect(poller.state().status).toBe('running'), WITHIN)
    gate.open()
    await source.publish(['y'])

    await vi.waitFor(() => expect(calls.bodies()).toEqual([...OLD, 'x', 'y']), WITHIN)
    await vi.waitFor(async () => expect(await committed(source)).toBe(2), WITHIN)
  })
})

describe('the error handling of a Kafka mapping', () => {
  it('stops only the partition of a failing batch, and shows the lag of each partition', async () => {
    const source = await openSource(2)
    const calls = recordInvocations(source.bodiesOf, failsWith('bad'))
    const poller = await start(source, calls.invoke)

    await source.publishTo(0, [{ value: 'bad' }])
    await vi.waitFor(() => expect(poller.state().retries).toBeGreaterThan(0), WITHIN)
    await source.publishTo(0, [{ value: 'behind the bad one' }])
    await source.publishTo(1, [{ value: 'good' }])
    await vi.waitFor(() => expect(calls.bodies()).toContain('good'), WITHIN)

    const lag = { [`${source.topic}-0`]: 2, [`${source.topic}-1`]: 0 }
    await vi.waitFor(() => expect(poller.state().lag).toEqual(lag), WITHIN)
    expect(calls.bodies()).not.toContain('behind the bad one')
    expect(poller.state().failing).toEqual([
      {
        records: `${source.topic}-0, offset 0`,
        tries: expect.any(Number),
        nextTryAt: expect.any(String),
        error: 'cannot do bad',
      },
    ])
  })

  it('retries only the failed items, and commits no offset beyond the first of them', async () => {
    const source = await openSource()
    const gate = createGate()
    await source.publish(['0', '1', '2', '3'])
    const calls = recordInvocations(source.bodiesOf, async (bodies, invocation) => {
      if (invocation === 2) await gate.opened
      const isBad = (body: string) => invocation === 1 && (body === '1' || body === '3')
      return {
        batchItemFailures: bodies.flatMap((body, offset) =>
          isBad(body) ? [{ itemIdentifier: { partition: `${source.topic}-0`, offset } }] : [],
        ),
      }
    })
    await start(source, calls.invoke, { reportBatchItemFailures: true, batchSize: 4, batchWindowMs: 1_000 })

    await vi.waitFor(
      () =>
        expect(calls.batches).toEqual([
          ['0', '1', '2', '3'],
          ['1', '3'],
        ]),
      WITHIN,
    )
    expect(await committed(source)).toBe(1)
    gate.open()

    await vi.waitFor(async () => expect(await committed(source)).toBe(4), WITHIN)
  })

  it('retries the whole batch when an identifier is not in the batch', async () => {
    const source = await openSource()
    await source.publish(['a', 'b'])
    const unknownItem = { batchItemFailures: [{ itemIdentifier: { partition: `${source.topic}-0`, offset: 99 } }] }
    const calls = recordInvocations(source.bodiesOf, (_, invocation) => (invocation === 1 ? unknownItem : undefined))
    const poller = await start(source, calls.invoke, {
      reportBatchItemFailures: true,
      batchSize: 2,
      batchWindowMs: 1_000,
    })

    await vi.waitFor(
      () =>
        expect(calls.batches).toEqual([
          ['a', 'b'],
          ['a', 'b'],
        ]),
      WITHIN,
    )
    expect(poller.state().lastError?.message).toContain('not an item of the batch')
  })

  it('isolates a poison record, writes it to the on-failure topic under its own key, and continues', async () => {
    const source = await openSource()
    const onFailureTopic = `${source.topic}-failed`
    await createTopic(onFailureTopic)
    await source.publishTo(
      0,
      ['a', 'b', 'poison', 'd'].map((value) => ({ key: `key of ${value}`, value })),
    )
    const calls = recordInvocations(source.bodiesOf, failsWith('poison'))
    const poller = await start(source, calls.invoke, {
      batchSize: 4,
      batchWindowMs: 1_000,
      bisectBatchOnFunctionError: true,
      maximumRetryAttempts: 1,
      onFailureTopic,
    })

    const [written] = await readTopic(onFailureTopic, 1)

    expect(written?.key).toBe('key of poison')
    const record = JSON.parse(written?.value ?? '')
    expect(record).toMatchObject({
      requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 4 },
      responseContext: { functionError: 'Unhandled' },
      KafkaBatchInfo: { batchSize: 1, recordInfo: { offset: '2' } },
    })
    expect(source.bodiesOf(record.payload)).toEqual(['poison'])
    await vi.waitFor(async () => expect(await committed(source)).toBe(4), WITHIN)
    expect(calls.bodies()).toContain('d')
    expect(poller.state().discardedRecords).toBe(1)
  })

  it('retries ten times, not without end, when there is an on-failure topic', async () => {
    const source = await openSource()
    const onFailureTopic = `${source.topic}-failed`
    await createTopic(onFailureTopic)
    await source.publish(['poison'])
    const calls = recordInvocations(source.bodiesOf, failsWith('poison'))
    await start(source, calls.invoke, { onFailureTopic })

    const [written] = await readTopic(onFailureTopic, 1)

    expect(JSON.parse(written?.value ?? '').requestContext.approximateInvokeCount).toBe(11)
    expect(calls.batches).toHaveLength(11)
  })

  it('commits a discarded record only after the on-failure topic has it', async () => {
    const source = await openSource()
    const onFailureTopic = `${source.topic}-failed`
    await source.publish(['poison'])
    const calls = recordInvocations(source.bodiesOf, failsWith('poison'))
    const poller = await start(source, calls.invoke, { onFailureTopic, maximumRetryAttempts: 0 })
    await vi.waitFor(() => expect(poller.state().lastError?.message).toMatch(/topic/i), WITHIN)
    expect(await committed(source)).toBe(0)

    await createTopic(onFailureTopic)

    await vi.waitFor(async () => expect(await committed(source)).toBe(1), WITHIN)
    await readTopic(onFailureTopic, 1)
  })

  it('discards records that are too old, without an invocation', async () => {
    const source = await openSource()
    await source.publishTo(0, [{ value: 'old', timestamp: '1000' }, { value: 'new' }])
    const calls = recordInvocations(source.bodiesOf)
    const poller = await start(source, calls.invoke, { maximumRecordAgeSeconds: 60 })

    await vi.waitFor(() => expect(calls.bodies()).toEqual(['new']), WITHIN)
    expect(poller.state().discardedRecords).toBe(1)
  })

  it('writes a record over 6 MB to the on-failure topic, and never invokes the function with it', async () => {
    const source = await openSource()
    const onFailureTopic = `${source.topic}-failed`
    await createTopic(onFailureTopic)
    await source.publish([Buffer.alloc(5_000_000, 'x'), 'small'])
    const calls = recordInvocations(source.bodiesOf)
    await start(source, calls.invoke, { onFailureTopic })

    const [written] = await readTopic(onFailureTopic, 1)

    expect(JSON.parse(written?.value ?? '')).toMatchObject({
      requestContext: { condition: 'MaximumPayloadSizeExceeded', approximateInvokeCount: 0 },
      responseContext: null,
    })
    await vi.waitFor(() => expect(calls.bodies()).toEqual(['small']), WITHIN)
  })
})

describe('a Kafka mapping in its group', () => {
  it('stays a member while the function takes longer than the session timeout', async () => {
    const source = await openSource()
    const gate = createGate()
    await source.publish(['slow', 'next'])
    const calls = recordInvocations(source.bodiesOf, () => gate.opened)
    const options = { sessionTimeoutMs: 6_000, heartbeatIntervalMs: 500 }
    await start(source, calls.invoke, { batchSize: 1 }, options)
    await vi.waitFor(() => expect(calls.bodies()).toEqual(['slow']), WITHIN)

    // Without heartbeats the group would be empty after the session timeout.
    const groupIds = [source.mapping.consumerGroupId]
    const memberIds = async () => {
      const { groups } = await withAdmin((admin) => admin.describeGroups(groupIds))
      return groups.flatMap(({ members }) => members.map(({ memberId }) => memberId))
    }
    const before = await memberIds()
    const sessionEnds = performance.now() + 7_000
    await vi.waitFor(() => expect(performance.now()).toBeGreaterThan(sessionEnds), { timeout: 10_000 })
    expect(await memberIds()).toEqual(before)

    gate.open()
    await vi.waitFor(async () => expect(await committed(source)).toBe(2), WITHIN)
    expect(calls.bodies()).toEqual(['slow', 'next'])
  })

  it('keeps batches in flight over a rebalance for partitions that it keeps, and commits nothing for lost ones', async () => {
    const source = await openSource(2)
    const gate = createGate()
    const first = recordInvocations(source.bodiesOf, () => gate.opened)
    const poller = await start(source, first.invoke, { batchSize: 1 })
    await source.publishTo(0, [{ value: 'kept' }])
    await source.publishTo(1, [{ value: 'moved' }])
    await vi.waitFor(() => expect([...first.bodies()].sort()).toEqual(['kept', 'moved']), WITHIN)

    const lastGate = createGate()
    const second = recordInvocations(source.bodiesOf, () => lastGate.opened)
    await start(source, second.invoke, { batchSize: 1 })
    await vi.waitFor(() => expect(second.bodies()).toEqual(['moved']), WITHIN)
    gate.open()

    await vi.waitFor(async () => expect(await committed(source, 0)).toBe(1), WITHIN)
    await vi.waitFor(() => expect(poller.state().inFlightBatches).toBe(0), WITHIN)
    expect(await committed(source, 1)).toBe(0)
    expect(first.bodies()).toHaveLength(2)
    lastGate.open()
    await vi.waitFor(async () => expect(await committed(source, 1)).toBe(1), WITHIN)
  })

  it('discovers partitions that are added to the topic', async () => {
    const source = await openSource(1)
    const calls = recordInvocations(source.bodiesOf)
    await start(source, calls.invoke, {}, { metadataMaxAgeMs: 500 })

    await withAdmin((admin) => admin.createPartitions({ topicPartitions: [{ topic: source.topic, count: 2 }] }))
    await source.publishTo(1, [{ value: 'in the new partition' }])

    await vi.waitFor(() => expect(calls.bodies()).toEqual(['in the new partition']), WITHIN)
  })

  it.each([
    { protocol: 'range', assigner: rangeAssigner },
    { protocol: 'roundrobin', assigner: roundRobinAssigner },
  ])(
    'shares the partitions with a member of another client that knows only $protocol',
    async ({ protocol, assigner }) => {
      const source = await openSource(4)
      const calls = recordInvocations(source.bodiesOf)
      const poller = await start(source, calls.invoke)
      const other = testKafka.consumer({
        groupId: source.mapping.consumerGroupId,
        partitionAssigners: [assigner],
        ...SHORT_FETCH,
      })
      onTestFinished(() => other.disconnect())
      const joined = vi.fn<(protocol: string, partitions: readonly number[] | undefined) => void>()
      other.on('consumer.group_join', ({ payload }) =>
        joined(payload.groupProtocol, payload.memberAssignment[source.topic]),
      )
      await other.connect()
      await other.subscribe({ topic: source.topic })
      await other.run({ eachMessage: async () => {} })

      await vi.waitFor(() => expect(Object.keys(poller.state().lag ?? {})).toHaveLength(2), WITHIN)
      await vi.waitFor(
        () => expect(joined).toHaveBeenLastCalledWith(protocol, expect.objectContaining({ length: 2 })),
        WITHIN,
      )
    },
  )
})

describe('the records of a Kafka mapping', () => {
  /** Starts a poller, and returns the first records that the function receives. */
  async function receive(source: KafkaSource, count: number): Promise<KafkaEventRecord[]> {
    const received: KafkaEventRecord[] = []
    await start(source, async (_key, event) => {
      received.push(...Object.values((event as KafkaEvent).records).flat())
    })
    await vi.waitFor(() => expect(received).toHaveLength(count), WITHIN)
    return received
  }

  async function produce(source: KafkaSource, batch: TestBatch): Promise<void> {
    await produceBatch(source.mapping.brokers[0] ?? '', source.topic, encodeRecordBatch(batch))
  }

  it.each(['gzip', 'snappy', 'lz4', 'zstd'])('arrive when the broker stores them with %s', async (codec) => {
    const source = kafkaSource(`test-${randomUUID()}`)
    await createTopic(source.topic, 1, { 'compression.type': codec })
    const bodies = Array.from({ length: 50 }, (_, index) => `${index} ${'text '.repeat(index * 20)}`)
    await source.publish(bodies)
    const calls = recordInvocations(source.bodiesOf)

    await start(source, calls.invoke)

    await vi.waitFor(() => expect(calls.bodies()).toEqual(bodies), WITHIN)
  })

  it('keep headers of any name, order and value', async () => {
    const source = await openSource()
    const sets: readonly (readonly (readonly [string, Buffer | string | null])[])[] = [
      [],
      [['trace', null]],
      [
        ['trace', null],
        ['trace', 'x'],
      ],
      [
        ['a', '1'],
        ['b', '2'],
        ['a', '3'],
      ],
      ['constructor', '__proto__', 'hasOwnProperty', ''].map((name) => [name, 'x'] as const),
      [['binary', Buffer.from([0, 127, 128, 255])]],
    ]
    await produce(source, { records: sets.map((headers) => ({ value: 'x', headers })), baseTimestamp: 1n })

    const received = await receive(source, sets.length)

    expect(received.map(({ headers }) => headers.flatMap((header) => Object.entries(header)))).toEqual([
      [],
      [['trace', null]],
      [
        ['trace', null],
        ['trace', [120]],
      ],
      [
        ['a', [49]],
        ['b', [50]],
        ['a', [51]],
      ],
      ['constructor', '__proto__', 'hasOwnProperty', ''].map((name) => [name, [120]]),
      [['binary', [0, 127, -128, -1]]],
    ])
  })

  it('keep keys and values that are null or empty', async () => {
    const source = await openSource()
    const contents = [null, '', 'x'].flatMap((key) => [null, '', 'x'].map((value) => ({ key, value })))
    await produce(source, { records: contents, baseTimestamp: 1n })

    const received = await receive(source, contents.length)

    const base64 = (text: string | null) => text && Buffer.from(text).toString('base64')
    expect(received.map(({ key = null, value }) => ({ key, value }))).toEqual(
      contents.map(({ key, value }) => ({ key: base64(key), value: base64(value) })),
    )
  })

  it('are those of committed transactions, and the lag becomes 0', async () => {
    const source = await openSource()
    const producer = testKafka.producer({ transactionalId: randomUUID(), maxInFlightRequests: 1, idempotent: true })
    onTestFinished(() => producer.disconnect())
    await producer.connect()
    const send = async (value: string, end: 'commit' | 'abort') => {
      const transaction = await producer.transaction()
      await transaction.send({ topic: source.topic, messages: [{ value }] })
      await transaction[end]()
    }
    await send('first', 'abort')
    const calls = recordInvocations(source.bodiesOf)
    const poller = await start(source, calls.invoke)
    await vi.waitFor(async () => expect(await committed(source)).toBe(2), WITHIN)
    await send('a', 'commit')
    await send('aborted', 'abort')
    await send('b', 'commit')
    await send('aborted, too', 'abort')

    await vi.waitFor(() => expect(calls.bodies()).toEqual(['a', 'b']), WITHIN)
    await vi.waitFor(() => expect(poller.state().lag).toEqual({ [`${source.topic}-0`]: 0 }), WITHIN)
    expect(calls.bodies()).toEqual(['a', 'b'])
  })

  it('come from several partitions in one event when the mapping wants that', async () => {
    const source = await openSource(3)
    const gate = createGate()
    const lists: number[] = []
    const poller = await start(
      source,
      async (_key, event) => {
        lists.push(Object.keys((event as KafkaEvent).records).length)
        await gate.opened
      },
      { batchAcrossPartitions: true, batchSize: 10 },
    )
    for (const partition of [0, 1, 2]) {
      await source.publishTo(partition, [{ value: 'x' }])
      await vi.waitFor(() => expect(poller.state().inFlightBatches).toBe(partition + 1), WITHIN)
    }
    gate.open()

    await vi.waitFor(() => expect(lists).toEqual([1, 2]), WITHIN)
    const noLag = Object.fromEntries([0, 1, 2].map((partition) => [`${source.topic}-${partition}`, 0]))
    await vi.waitFor(() => expect(poller.state().lag).toEqual(noLag), WITHIN)
  })
})
