import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFakeTimer } from '../testing/fake-timer'
import { type BatchLimits, createBatchQueue, type Gathered } from './batch-queue'

interface Taken {
  readonly records: readonly string[]
  readonly at: number
}

/** Somebody who takes batch after batch. */
function startTaking(limits: Partial<BatchLimits>) {
  const timer = createFakeTimer()
  const queue = createBatchQueue<string>({ batchSize: 3, windowMs: 100, maxBytes: 100, ...limits }, timer)
  const taken: Taken[] = []
  const take = async () => {
    for (let batch = await queue.next(); batch !== undefined; batch = await queue.next()) {
      taken.push({ records: batch.records, at: timer.now() })
    }
  }
  const done = take()
  /** Lets promises settle between two moments. */
  const advance = async (ms: number) => {
    timer.advance(ms)
    await settle()
  }
  return { timer, queue, taken, done, advance }
}

async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}

describe('a batch queue', () => {
  it('gives a batch as soon as it has the batch size', async () => {
    const { queue, taken, advance } = startTaking({ batchSize: 2 })

    for (const record of ['a', 'b', 'c']) queue.push(record, 1)
    await settle()
    expect(taken).toEqual([{ records: ['a', 'b'], at: 0 }])

    await advance(99)
    expect(taken).toHaveLength(1)
    await advance(1)
    expect(taken[1]).toEqual({ records: ['c'], at: 100 })
  })

  it('counts the window from the first record, not from the last', async () => {
    const { queue, taken, advance } = startTaking({})

    queue.push('a', 1)
    await advance(60)
    queue.push('b', 1)
    await advance(40)

    expect(taken).toEqual([{ records: ['a', 'b'], at: 100 }])
  })

  it('counts the window from the arrival also while nobody takes', async () => {
    const timer = createFakeTimer()
    const queue = createBatchQueue<string>({ batchSize: 3, windowMs: 100, maxBytes: 100 }, timer)
    queue.push('a', 1)
    timer.advance(100)

    const next = queue.next()
    timer.advance(0)

    expect((await next)?.records).toEqual(['a'])
  })

  it('gives what is there when there is no window', async () => {
    const { queue, taken, advance } = startTaking({ windowMs: 0 })

    queue.push('a', 1)
    queue.push('b', 1)
    await advance(0)

    expect(taken).toEqual([{ records: ['a', 'b'], at: 0 }])
  })

  it('gives a batch when the next record would make it too large', async () => {
    const { queue, taken, advance } = startTaking({})

    queue.push('a', 60)
    queue.push('b', 60)
    await settle()
    expect(taken).toEqual([{ records: ['a'], at: 0 }])

    await advance(100)
    expect(taken[1]?.records).toEqual(['b'])
  })

  it('gives a record that is too large alone and at once', async () => {
    const { queue, taken, advance } = startTaking({})

    queue.push('a', 1)
    queue.push('huge', 101)
    queue.push('b', 1)
    await settle()
    expect(taken.map(({ records }) => records)).toEqual([['a'], ['huge']])

    await advance(100)
    expect(taken[2]?.records).toEqual(['b'])
  })

  it('ends for those who take once it is closed, and gives nothing more', async () => {
    const { queue, taken, done } = startTaking({})
    queue.push('a', 1)

    queue.close()
    queue.push('b', 1)
    await done

    expect(taken).toEqual([])
    expect(await queue.next()).toBeUndefined()
  })

  it('serves the taker first that came first', async () => {
    const timer = createFakeTimer()
    const queue = createBatchQueue<string>({ batchSize: 1, windowMs: 0, maxBytes: 100 }, timer)
    const takers = [queue.next(), queue.next()]

    queue.push('a', 1)
    queue.push('b', 1)

    expect((await Promise.all(takers)).map((batch) => batch?.records)).toEqual([['a'], ['b']])
  })

  it('gives every record once, in order, within the limits and never later than the window, to one that takes at once', async () => {
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
        const queue = createBatchQueue<number>(given, timer)
        const batches: (Gathered<number> & { at: number })[] = []
        const take = async () => {
          for (let batch = await queue.next(); batch !== undefined; batch = await queue.next()) {
            batches.push({ ...batch, at: timer.now() })
          }
        }
        const done = take()
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
          // What is due at once goes at the next tick, which is a millisecond later here.
          expect(at - (arrivedAt[batch[0] ?? 0] ?? 0)).toBeLessThanOrEqual(given.windowMs + 1)
        }
      }),
      { numRuns: 60 },
    )
  })
})
