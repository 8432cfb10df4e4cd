import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createDeferred } from '../deferred'
import { createLanes, type Lanes } from '../delivery/lanes'
import { createMappingStats, type MappingStats } from '../delivery/mapping-stats'
import type { RabbitMqEvent } from '../event/rabbitmq-event'
import type { PollerParts, RabbitMqMapping, RetryDelay } from '../event-source-mapping'
import { compileFilters } from '../filter/filter-pattern'
import { deliveryOf, FakeChannel } from '../testing/fake-channel'
import { recordInvocations } from '../testing/record-invocations'
import { MessageWorker } from './message-worker'

const MAPPING: RabbitMqMapping = {
  name: 'on-order:rabbitmq:orders',
  kind: 'rabbitmq',
  functionKey: 'on-order',
  enabled: true,
  urls: ['amqp://localhost'],
  virtualHost: '/',
  queue: 'orders',
  eventSourceArn: 'arn',
  prefetch: 100,
  concurrency: 1,
  batchSize: 2,
  batchWindowMs: 0,
  filters: [],
}

const NO_DELAY: RetryDelay = { firstMs: 0, longestMs: 0 }
const AN_HOUR: RetryDelay = { firstMs: 3_600_000, longestMs: 3_600_000 }

/** Long enough for a busy machine. */
const WITHIN = { timeout: 10_000, interval: 5 }

const workers: MessageWorker[] = []

afterEach(() => {
  for (const worker of workers.splice(0)) worker.abandon()
})

interface TestWorker {
  readonly worker: MessageWorker
  readonly channel: FakeChannel
  readonly stats: MappingStats
  /** Lets the worker do everything that it can do now. */
  settle(): Promise<void>
}

interface TestOptions {
  readonly mapping?: Partial<RabbitMqMapping>
  readonly retryDelay?: RetryDelay
  readonly lanes?: Lanes
  readonly channel?: FakeChannel
}

function startWorker(invoke: PollerParts['invoke'], options: TestOptions = {}): TestWorker {
  const { retryDelay = NO_DELAY, lanes = createLanes(), channel = new FakeChannel() } = options
  const mapping = { ...MAPPING, ...options.mapping }
  const parts = { invoke, retryDelay, log: { info: () => {}, warning: () => {} }, clock: () => 0 }
  const stats = createMappingStats(parts, mapping.name)
  const passesFilters = compileFilters(mapping.filters, 'data')
  const worker = new MessageWorker({ mapping, parts, stats, lanes, passesFilters }, channel, (error) =>
    expect.fail(String(error)),
  )
  workers.push(worker)
  return { worker, channel, stats, settle: settleAll }
}

async function settleAll(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate)
}

function bodiesOf(event: unknown): string[] {
  const { rmqMessagesByQueue } = event as RabbitMqEvent
  return Object.values(rmqMessagesByQueue).flatMap((messages) =>
    messages.map(({ data }) => Buffer.from(data, 'base64').toString()),
  )
}

function fail(): never {
  throw new Error('not now')
}

describe('a message worker', () => {
  it('acknowledges every message of a batch after the function has returned, and not before', async () => {
    const returned = createDeferred()
    const calls = recordInvocations(bodiesOf, () => returned.promise)
    const { worker, channel, settle } = startWorker(calls.invoke)

    worker.accept(deliveryOf(1, 'a'))
    worker.accept(deliveryOf(2, 'b'))
    await settle()
    expect(calls.batches).toEqual([['a', 'b']])
    expect(channel.acked).toEqual([])

    returned.resolve()
    await settle()

    expect(channel).toMatchObject({ acked: [1, 2], requeued: [] })
  })

  it('requeues every message of a failed batch one by one, and acknowledges none', async () => {
    const calls = recordInvocations(bodiesOf, fail)
    const { worker, channel, stats } = startWorker(calls.invoke)

    worker.accept(deliveryOf(1, 'a'))
    worker.accept(deliveryOf(2, 'b'))

    await vi.waitFor(() => expect(channel.requeued).toEqual([1, 2]), WITHIN)
    expect(channel.acked).toEqual([])
    expect(stats.snapshot()).toMatchObject({ failures: 1, retries: 1, inFlightBatches: 0 })
  })

  it('holds a failed batch, and what comes after it, back for the retry delay', async () => {
    const calls = recordInvocations(bodiesOf, fail)
    const { worker, channel, stats, settle } = startWorker(calls.invoke, { retryDelay: AN_HOUR })

    for (const tag of [1, 2, 3, 4]) worker.accept(deliveryOf(tag, String(tag)))
    await settle()

    expect(calls.batches).toEqual([['1', '2']])
    expect(channel).toMatchObject({ acked: [], requeued: [] })
    expect(stats.snapshot()).toMatchObject({ failures: 1, retries: 0, inFlightBatches: 1, inFlightRecords: 2 })
  })

  it('holds a message back longer the more often a quorum queue has delivered it', async () => {
    const calls = recordInvocations(bodiesOf, fail)
    const retryDelay = { firstMs: 1, longestMs: 3_600_000 }
    const { worker, channel, settle } = startWorker(calls.invoke, { mapping: { batchSize: 1 }, retryDelay })

    worker.accept(deliveryOf(1, 'new'))
    worker.accept(deliveryOf(2, 'often delivered', { 'x-delivery-count': 40 }))
    await vi.waitFor(() => expect(calls.bodies()).toEqual(['new', 'often delivered']), WITHIN)
    await settle()

    expect(channel.requeued).toEqual([1])
  })

  it('acknowledges a message that no filter matches immediately, without an invocation', async () => {
    const calls = recordInvocations(bodiesOf)
    const mapping = { filters: [{ data: { kind: ['order'] } }] }
    const { worker, channel, stats, settle } = startWorker(calls.invoke, { mapping })

    worker.accept(deliveryOf(1, '{"kind":"other"}'))
    expect(channel.acked).toEqual([1])
    worker.accept(deliveryOf(2, '{"kind":"order"}'))
    await settle()

    expect(calls.bodies()).toEqual(['{"kind":"order"}'])
    expect(channel.acked).toEqual([1, 2])
    expect(stats.snapshot()).toMatchObject({ filteredRecords: 1, records: 1 })
  })

  it('passes a malformed body, which no filter can read, to the function, and settles it like any other', async () => {
    const results = [() => fail(), () => undefined]
    const calls = recordInvocations(bodiesOf, () => results.shift()?.())
    const mapping = { filters: [{ data: { kind: ['order'] } }] }
    const { worker, channel } = startWorker(calls.invoke, { mapping })

    worker.accept(deliveryOf(1, '{"kind":'))
    await vi.waitFor(() => expect(channel.requeued).toEqual([1]), WITHIN)
    worker.accept(deliveryOf(2, '{"kind":'))
    await vi.waitFor(() => expect(channel.acked).toEqual([2]), WITHIN)

    expect(calls.bodies()).toEqual(['{"kind":', '{"kind":'])
  })

  it('acknowledges and counts a message that is too large for an event, without an invocation', async () => {
    const calls = recordInvocations(bodiesOf)
    const { worker, channel, stats, settle } = startWorker(calls.invoke)

    worker.accept(deliveryOf(1, Buffer.alloc(5_000_000)))
    await settle()

    expect(channel.acked).toEqual([1])
    expect(calls.batches).toEqual([])
    expect(stats.snapshot()).toMatchObject({ discardedRecords: 1, batches: 0 })
  })
})

describe('the batches of a message worker', () => {
  it('are delivered when they are full, without waiting for the window', async () => {
    const calls = recordInvocations(bodiesOf)
    const { worker, settle } = startWorker(calls.invoke, { mapping: { batchSize: 2, batchWindowMs: 300_000 } })

    for (const tag of [1, 2, 3]) worker.accept(deliveryOf(tag, String(tag)))
    await settle()

    expect(calls.batches).toEqual([['1', '2']])
  })

  it('are delivered at the end of the window when they are not full', async () => {
    const calls = recordInvocations(bodiesOf)
    const { worker, channel } = startWorker(calls.invoke, { mapping: { batchSize: 100, batchWindowMs: 20 } })

    worker.accept(deliveryOf(1, 'a'))
    worker.accept(deliveryOf(2, 'b'))

    await vi.waitFor(() => expect(channel.acked).toEqual([1, 2]), WITHIN)
    expect(calls.batches).toEqual([['a', 'b']])
  })

  it('are full at the prefetch, which the broker does not exceed', async () => {
    const calls = recordInvocations(bodiesOf)
    const mapping = { batchSize: 100, prefetch: 2, batchWindowMs: 300_000 }
    const { worker, channel, settle } = startWorker(calls.invoke, { mapping })

    worker.accept(deliveryOf(1, 'a'))
    worker.accept(deliveryOf(2, 'b'))
    await settle()

    expect(channel.acked).toEqual([1, 2])
  })

  it('are full at the batch size when a prefetch of 0 sets no limit', async () => {
    const calls = recordInvocations(bodiesOf)
    const mapping = { batchSize: 3, prefetch: 0, batchWindowMs: 300_000 }
    const { worker, channel, settle } = startWorker(calls.invoke, { mapping })

    for (const tag of [1, 2, 3]) worker.accept(deliveryOf(tag, String(tag)))
    await settle()

    expect(channel.acked).toEqual([1, 2, 3])
  })

  it.each([1, 3])('are in flight %i at a time with that concurrency', async (concurrency) => {
    const returned = createDeferred()
    const calls = recordInvocations(bodiesOf, () => returned.promise)
    const { worker, channel, settle } = startWorker(calls.invoke, { mapping: { batchSize: 1, concurrency } })

    for (const tag of [1, 2, 3, 4]) worker.accept(deliveryOf(tag, String(tag)))
    await settle()
    expect(calls.batches).toHaveLength(concurrency)

    returned.resolve()
    await settle()
    expect([...channel.acked].sort()).toEqual([1, 2, 3, 4])
  })
})

describe('a message worker that is drained', () => {
  it('acknowledges the batch in flight when the function returns, and leaves the rest unsettled', async () => {
    const returned = createDeferred()
    const calls = recordInvocations(bodiesOf, () => returned.promise)
    const { worker, channel, settle } = startWorker(calls.invoke, { mapping: { batchSize: 1 } })
    worker.accept(deliveryOf(1, 'in flight'))
    worker.accept(deliveryOf(2, 'waiting'))
    await settle()

    const drained = worker.drain()
    worker.accept(deliveryOf(3, 'too late'))
    await settle()
    expect(channel.acked).toEqual([])
    returned.resolve()
    await drained

    expect(calls.bodies()).toEqual(['in flight'])
    expect(channel).toMatchObject({ acked: [1], requeued: [] })
  })

  it('requeues the batch in flight when the function fails, without the retry delay', async () => {
    const returned = createDeferred()
    const calls = recordInvocations(bodiesOf, () => returned.promise.then(fail))
    const { worker, channel, settle } = startWorker(calls.invoke, { retryDelay: AN_HOUR })
    worker.accept(deliveryOf(1, 'a'))
    await settle()

    const drained = worker.drain()
    returned.resolve()
    await drained

    expect(channel).toMatchObject({ acked: [], requeued: [1] })
  })

  it('does not wait for the end of a retry delay', async () => {
    const calls = recordInvocations(bodiesOf, fail)
    const { worker, channel, settle } = startWorker(calls.invoke, { retryDelay: AN_HOUR })
    worker.accept(deliveryOf(1, 'a'))
    await settle()

    await worker.drain()

    expect(channel.requeued).toEqual([1])
  })

  it('is done immediately when nothing is in flight', async () => {
    const { worker, channel } = startWorker(async () => undefined, { mapping: { batchWindowMs: 300_000 } })
    worker.accept(deliveryOf(1, 'waiting'))

    await worker.drain()

    expect(channel).toMatchObject({ acked: [], requeued: [] })
  })
})

describe('a message worker whose connection is lost', () => {
  it.each([
    ['returns', () => undefined],
    ['fails', fail],
  ])('settles nothing of the batch in flight when the function %s after that', async (_, end) => {
    const returned = createDeferred()
    const calls = recordInvocations(bodiesOf, () => returned.promise.then(end))
    const { worker, channel, stats, settle } = startWorker(calls.invoke)
    worker.accept(deliveryOf(1, 'a'))
    await settle()

    channel.close()
    worker.abandon()
    returned.resolve()

    await vi.waitFor(() => expect(stats.snapshot().inFlightBatches).toBe(0), WITHIN)
    expect(channel).toMatchObject({ acked: [], requeued: [] })
    expect(stats.snapshot().retries).toBe(0)
  })

  it('settles nothing of a batch that is held back for the retry delay', async () => {
    const calls = recordInvocations(bodiesOf, fail)
    const { worker, channel, stats, settle } = startWorker(calls.invoke, { retryDelay: AN_HOUR })
    worker.accept(deliveryOf(1, 'a'))
    await settle()

    channel.close()
    worker.abandon()

    await vi.waitFor(() => expect(stats.snapshot().inFlightBatches).toBe(0), WITHIN)
    expect(channel.requeued).toEqual([])
  })

  it('accepts nothing any more', async () => {
    const mapping = { filters: [{ data: { kind: ['order'] } }] }
    const { worker, channel, settle } = startWorker(async () => undefined, { mapping })

    channel.close()
    worker.abandon()
    worker.accept(deliveryOf(1, '{"kind":"other"}'))
    worker.accept(deliveryOf(2, '{"kind":"order"}'))
    await settle()

    expect(channel.acked).toEqual([])
  })

  it('leaves the message to the worker of the next connection, after the first invocation has ended', async () => {
    const returned = createDeferred()
    const calls = recordInvocations(bodiesOf, (_, invocation) => (invocation === 1 ? returned.promise : undefined))
    const lanes = createLanes()
    const first = startWorker(calls.invoke, { lanes })
    first.worker.accept(deliveryOf(1, 'a'))
    await first.settle()
    first.channel.close()
    first.worker.abandon()

    const second = startWorker(calls.invoke, { lanes })
    second.worker.accept(deliveryOf(1, 'a'))
    await second.settle()
    expect(calls.bodies()).toEqual(['a'])
    returned.resolve()
    await second.settle()

    expect(calls.bodies()).toEqual(['a', 'a'])
    expect(first.channel.acked).toEqual([])
    expect(second.channel.acked).toEqual([1])
  })
})

describe('a delivery', () => {
  it('is settled exactly once, and a message is acknowledged exactly once, whatever fails', async () => {
    const failing = fc.array(fc.boolean(), { maxLength: 20 })
    const options = fc.record({
      batchSize: fc.integer({ min: 1, max: 4 }),
      concurrency: fc.integer({ min: 1, max: 3 }),
    })

    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 12 }), options, failing, async (messages, mapping, fails) => {
        // The broker: a requeued message comes again as a new delivery. The channel throws on a second settlement.
        const bodyOf = new Map<number, string>()
        const deliver = (body: string) => {
          const tag = bodyOf.size + 1
          bodyOf.set(tag, body)
          worker.accept(deliveryOf(tag, body))
        }
        const channel = new FakeChannel(({ content }) => deliver(content.toString()))
        const calls = recordInvocations(bodiesOf, (_, invocation) => (fails[invocation - 1] ? fail() : undefined))
        const { worker } = startWorker(calls.invoke, { mapping, channel })

        for (let message = 1; message <= messages; message += 1) deliver(`message ${message}`)
        await vi.waitFor(() => expect(channel.acked).toHaveLength(messages), WITHIN)
        await worker.drain()

        const acknowledged = channel.acked.map((tag) => bodyOf.get(tag)).sort()
        expect(acknowledged).toEqual(Array.from({ length: messages }, (_, index) => `message ${index + 1}`).sort())
        const settled = [...channel.acked, ...channel.requeued].sort((a, b) => a - b)
        expect(settled).toEqual([...bodyOf.keys()])
      }),
      { numRuns: 50 },
    )
  })
})
