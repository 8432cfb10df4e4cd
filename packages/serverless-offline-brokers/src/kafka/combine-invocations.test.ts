import { describe, expect, it, vi } from 'vitest'
import { createDeferred } from '../deferred'
import { type KafkaEvent, toKafkaEvent } from '../event/kafka-event'
import { NotInvokedError } from '../event-source-mapping'
import { aKafkaMapping, aKafkaRecord } from '../testing/kafka-builders'
import { combineInvocations } from './combine-invocations'

/** The event of one partition with these offsets. */
const eventOf = (partition: number, ...offsets: readonly number[]) =>
  toKafkaEvent(
    aKafkaMapping(),
    offsets.map((offset) => aKafkaRecord({ partition, offset: BigInt(offset) })),
  )

/** The offsets in an event, by list. */
function offsetsIn(event: unknown): Record<string, number[]> {
  const { records } = event as KafkaEvent
  return Object.fromEntries(Object.entries(records).map(([list, each]) => [list, each.map(({ offset }) => offset)]))
}

const failedItem = (partition: number, offset: number) => ({
  itemIdentifier: { partition: `orders-${partition}`, offset },
})

/** Invocations that respond as given. */
function createCombined(batchSize: number, respond: () => unknown) {
  const events: Record<string, number[]>[] = []
  const invoke = combineInvocations(async (_key, event) => {
    events.push(offsetsIn(event))
    return respond()
  }, batchSize)
  return { events, invoke: (event: KafkaEvent) => invoke('on-order', event) }
}

describe('combined invocations', () => {
  it('have the batches of several partitions in one event', async () => {
    const { events, invoke } = createCombined(10, () => 'response')

    expect(await Promise.all([invoke(eventOf(0, 1, 2)), invoke(eventOf(1, 7))])).toEqual(['response', 'response'])

    expect(events).toEqual([{ 'orders-0': [1, 2], 'orders-1': [7] }])
  })

  it('run one at a time, and the next one has all batches that came meanwhile', async () => {
    const first = createDeferred<unknown>()
    const { events, invoke } = createCombined(10, () => first.promise)
    const results = [invoke(eventOf(0, 1))]
    await vi.waitFor(() => expect(events).toHaveLength(1))
    results.push(invoke(eventOf(1, 2)), invoke(eventOf(2, 3)))
    await new Promise(setImmediate)
    expect(events).toHaveLength(1)

    first.resolve({})
    await Promise.all(results)

    expect(events).toEqual([{ 'orders-0': [1] }, { 'orders-1': [2], 'orders-2': [3] }])
  })

  it('have no more records than the batch size', async () => {
    const { events, invoke } = createCombined(4, () => null)

    await Promise.all([invoke(eventOf(0, 1, 2, 3)), invoke(eventOf(1, 1, 2)), invoke(eventOf(2, 1))])

    expect(events).toEqual([{ 'orders-0': [1, 2, 3], 'orders-2': [1] }, { 'orders-1': [1, 2] }])
  })

  it('have no more than 6 MB', async () => {
    const value = Buffer.alloc(2_500_000)
    const large = (partition: number) => toKafkaEvent(aKafkaMapping(), [aKafkaRecord({ partition, value })])
    const { events, invoke } = createCombined(10, () => null)

    await Promise.all([invoke(large(0)), invoke(large(1)), invoke(eventOf(2, 1))])

    expect(events).toEqual([{ 'orders-0': [0], 'orders-2': [1] }, { 'orders-1': [0] }])
  })

  it('fail for each of their batches', async () => {
    const { invoke } = createCombined(10, () => Promise.reject(new Error('no')))

    const results = await Promise.allSettled([invoke(eventOf(0, 1)), invoke(eventOf(1, 1))])

    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  })

  it('give each batch its own failed items', async () => {
    const { invoke } = createCombined(10, () => ({ batchItemFailures: [failedItem(1, 5), failedItem(0, 2)] }))

    expect(await Promise.all([invoke(eventOf(0, 1, 2)), invoke(eventOf(1, 5)), invoke(eventOf(2, 1))])).toEqual([
      { batchItemFailures: [failedItem(0, 2)] },
      { batchItemFailures: [failedItem(1, 5)] },
      { batchItemFailures: [] },
    ])
  })

  it.each([
    { what: 'of none of them', item: failedItem(0, 99) },
    { what: 'malformed', item: null },
    { what: 'without an identifier', item: {} },
  ])('give all batches the whole response when an item is $what', async ({ item }) => {
    const response = { batchItemFailures: [failedItem(1, 5), item] }
    const { invoke } = createCombined(10, () => response)

    expect(await Promise.all([invoke(eventOf(0, 1)), invoke(eventOf(1, 5))])).toEqual([response, response])
  })

  it('do not start for a batch that was stopped while it waited', async () => {
    const first = createDeferred<unknown>()
    const lists: string[][] = []
    const invoke = combineInvocations((_key, event) => {
      lists.push(Object.keys(offsetsIn(event)))
      return first.promise
    }, 10)
    const running = invoke('on-order', eventOf(0, 1))
    await vi.waitFor(() => expect(lists).toHaveLength(1))
    const stopped = invoke('on-order', eventOf(1, 1), AbortSignal.abort())
    const next = invoke('on-order', eventOf(2, 1))

    first.resolve(null)

    await expect(stopped).rejects.toThrow(NotInvokedError)
    await Promise.all([running, next])
    expect(lists).toEqual([['orders-0'], ['orders-2']])
  })

  it('stop only when all of their batches are stopped', async () => {
    const signals: (AbortSignal | undefined)[] = []
    const done = createDeferred<unknown>()
    const invoke = combineInvocations((_key, _event, stopped) => {
      signals.push(stopped)
      return done.promise
    }, 10)
    const stops = [new AbortController(), new AbortController()]
    const results = stops.map(({ signal }, partition) => invoke('on-order', eventOf(partition, 1), signal))
    await vi.waitFor(() => expect(signals).toHaveLength(1))

    stops[0]?.abort()
    expect(signals[0]?.aborted).toBe(false)
    stops[1]?.abort()
    expect(signals[0]?.aborted).toBe(true)
    done.resolve(null)
    await Promise.all(results)
  })
})
