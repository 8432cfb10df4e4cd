import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFakeTimer } from '../testing/fake-timer'
import { type Batch, type BatchLimits, BatchQueue } from './batch-queue'

interface ReceivedBatch {
  readonly records: readonly string[]
  readonly at: number
}

/** A caller that requests batch after batch. */
function startReceiving(limits: Partial<BatchLimits>) {
  const timer = createFakeTimer()
  const queue = new BatchQueue<string>({ batchSize: 3, windowMs: 100, maxBytes: 100, ...limits }, timer)
  const received: ReceivedBatch[] = []
  const receive = async () => {
    for (let batch = await queue.next(); batch !== undefined; batch = await queue.next()) {
      received.push({ records: batch.records, at: timer.now() })
    }
  }
  const done = receive()
  /** Lets promises settle after the time has passed. */
  const advance = async (ms: number) => {
    timer.advance(ms)
    await settle()
  }
  return { timer, queue, received, done, advance }
}

async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}

describe('a batch queue', () => {
  it('delivers a batch as soon as it has the batch size', async () => {
    const { queue, received, advance } = startReceiving({ batchSize: 2 })

    for (const record of ['a', 'b', 'c']) queue.push(record, 1)
    await settle()
    expect(received).toEqual([{ records: ['a', 'b'], at: 0 }])

    await advance(99)
    expect(received).toHaveLength(1)
    await advance(1)
    expect(received[1]).toEqual({ records: ['c'], at: 100 })
  })

  it('starts the window at the first record, not at the last', async () => {
    const { queue, received, advance } = startReceiving({})

    queue.push('a', 1)
    await advance(60)
    queue.push('b', 1)
    await advance(40)

    expect(received).toEqual([{ records: ['a', 'b'], at: 100 }])
  })

  it('starts the window when the record arrives, even when nobody waits for it', async () => {
    const timer = createFakeTimer()
    const queue = new BatchQueue<string>({ batchSize: 3, windowMs: 100, maxBytes: 100 }, timer)
    queue.push('a', 1)
    timer.advance(100)

    const next = queue.next()
    timer.advance(0)

    expect((await next)?.records).toEqual(['a'])
  })

  it('delivers the waiting records immediately when there is no window', async () => {
    const { queue, received, advance } = startReceiving({ windowMs: 0 })

    queue.push('a', 1)
    queue.push('b', 1)
    await advance(0)

    expect(received).toEqual([{ records: ['a', 'b'], at: 0 }])
  })

  it('delivers a batch when the next record would make it too large', async () => {
    const { queue, received, advance } = startReceiving({})

    queue.push('a', 60)
    queue.push('b', 60)
    await settle()
    expect(received).toEqual([{ records: ['a'], at: 0 }])

    await advance(100)
    expect(received[1]?.records).toEqual(['b'])
  })

  it('delivers a record that is too large immediately, in a batch of its own', async () => {
    const { queue, received, advance } = startReceiving({})

    queue.push('a', 1)
    queue.push('huge', 101)
    queue.push('b', 1)
    await settle()
    expect(received.map(({ records }) => records)).toEqual([['a'], ['huge']])

    await advance(100)
    expect(received[2]?.records).toEqual(['b'])
  })

  it('delivers nothing after it is closed, and ends for those who wait', async () => {
    const { queue, received, done } = startReceiving({})
    queue.push('a', 1)

    queue.close()
    queue.push('b', 1)
    await done

    expect(received).toEqual([])
    expect(await queue.next()).toBeUndefined()
  })

  it('serves waiting callers in order', async () => {
    const timer = createFakeTimer()
    const queue = new BatchQueue<string>({ batchSize: 1, windowMs: 0, maxBytes: 100 }, timer)
    const callers = [queue.next(), queue.next()]

    queue.push('a', 1)
    queue.push('b', 1)

    expect((await Promise.all(callers)).map((batch) => batch?.records)).toEqual([['a'], ['b']])
  })

  it('delivers each record once, in order, within the limits, and not later than its window, to a caller that never pauses', async () => {
    const arrivals = fc.array(fc.record({ bytes: fc.integer({ min: 1, max: 130 }), pauseMs: fc.nat({ max: 12 }) }), {
      maxLength: 40,
    })
    const limits = fc.record({
      batchSize: fc.integer({ min: 1, max: 6 }),
      windowMs: fc.nat({ max: 20 }),
      maxBytes: fc.constant(100),
    })

    await fc.assert(
      fc.asyncProperty(arrivals, limits, async (records, given) => {
        const timer = createFakeTimer()
        const queue = new BatchQueue<number>(given, timer)
        const batches: (Batch<number> & { at: number })[] = []
        const receive = async () => {
          for (let batch = await queue.next(); batch !== undefined; batch = await queue.next()) {
            batches.push({ ...batch, at: timer.now() })
          }
        }
        const done = receive()
        const arrivedAt: number[] = []
        for (const [index, { bytes, pauseMs }] of records.entries()) {
          arrivedAt.push(timer.now())
          queue.push(index, bytes)
          await settle()
          for (let passed = 0; passed < pauseMs; passed += 1) {
            timer.advance(1)
            await settle()
          }
        }
        for (let passed = 0; passed <= given.windowMs; passed += 1) {
          timer.advance(1)
          await settle()
        }
        queue.close()
        await done

        expect(batches.flatMap((batch) => batch.records)).toEqual(records.map((_, index) => index))
        for (const { records: batch, bytes, at } of batches) {
          const sum = batch.reduce((total, index) => total + (records[index]?.bytes ?? 0), 0)
          expect(bytes).toBe(sum)
          expect(batch.length).toBeLessThanOrEqual(given.batchSize)
          if (batch.length > 1) expect(sum).toBeLessThanOrEqual(given.maxBytes)
          // A batch that is due immediately comes at the next tick, which is a millisecond later here.
          expect(at - (arrivedAt[batch[0] ?? 0] ?? 0)).toBeLessThanOrEqual(given.windowMs + 1)
        }
      }),
      { numRuns: 60 },
    )
  })
})
