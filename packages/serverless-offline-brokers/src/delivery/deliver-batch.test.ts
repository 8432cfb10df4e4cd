import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type DeliveryPolicy, type Discard, deliverBatch, type TryResult } from './deliver-batch'

const FOREVER: DeliveryPolicy = { bisectOnError: false, maximumRetryAttempts: -1, maximumRecordAgeMs: -1 }

type Try = (records: readonly number[], number: number) => TryResult<number> | 'halt' | 'halt before'

const done = { kind: 'done' } as const
const failed = { kind: 'failed', error: 'no good' } as const

/** Delivers 0, 1, 2, … and returns everything that happened. */
async function deliver(count: number, policy: Partial<DeliveryPolicy>, answer: Try, ages: readonly number[] = []) {
  const halt = new AbortController()
  const tries: number[][] = []
  const retries: boolean[] = []
  const discards: Discard<number>[] = []
  const outstanding: number[][] = []
  const backOffs: number[] = []
  const failures: [records: number, tries: number, next: string][] = []
  const recoveries: [records: number, tries: number][] = []
  await deliverBatch(
    Array.from({ length: count }, (_, index) => index),
    { ...FOREVER, ...policy },
    {
      async tryOnce(records, isRetry) {
        tries.push([...records])
        retries.push(isRetry)
        const result = answer(records, tries.length)
        if (typeof result === 'object') return result
        halt.abort()
        return result === 'halt' ? failed : { kind: 'not invoked' }
      },
      failed: ({ records, tries, next }) => failures.push([records.length, tries, next]),
      recovered: (records, tries) => recoveries.push([records.length, tries]),
      async discard(discard) {
        discards.push(discard)
        return true
      },
      async settled(left) {
        outstanding.push([...left])
      },
      async backOff(failures) {
        backOffs.push(failures)
      },
      ageMs: (record) => ages[record] ?? 0,
      halt: halt.signal,
    },
  )
  return { tries, retries, discards, outstanding, backOffs, failures, recoveries }
}

describe('deliverBatch', () => {
  it('settles a batch after one successful try', async () => {
    expect(await deliver(3, {}, () => done)).toEqual({
      tries: [[0, 1, 2]],
      retries: [false],
      discards: [],
      outstanding: [[]],
      backOffs: [],
      failures: [],
      recoveries: [],
    })
  })

  it('retries the whole batch, with growing delays, until it succeeds', async () => {
    const { tries, retries, outstanding, backOffs, failures, recoveries } = await deliver(2, {}, (_, number) =>
      number < 4 ? failed : done,
    )

    expect(tries).toEqual(Array(4).fill([0, 1]))
    expect(retries).toEqual([false, true, true, true])
    expect(backOffs).toEqual([1, 2, 3])
    expect(failures).toEqual([1, 2, 3].map((number) => [2, number, 'retry']))
    expect(recoveries).toEqual([[2, 4]])
    expect(outstanding).toEqual([[0, 1], [0, 1], [0, 1], []])
  })

  it('discards the batch when its last retry has failed', async () => {
    const { tries, discards, outstanding } = await deliver(2, { maximumRetryAttempts: 2 }, () => failed)

    expect(tries).toHaveLength(3)
    expect(discards).toEqual([{ records: [0, 1], reason: 'retries exhausted', invocations: 3 }])
    expect(outstanding.at(-1)).toEqual([])
  })

  it('does not retry at all when no retry is allowed', async () => {
    const { tries, backOffs } = await deliver(2, { maximumRetryAttempts: 0 }, () => failed)

    expect(tries).toHaveLength(1)
    expect(backOffs).toEqual([])
  })

  it('retries only the failed items; the others stay settled', async () => {
    const answers: Record<number, TryResult<number>> = { 1: { kind: 'some failed', failed: [1, 3] } }
    const { tries, outstanding } = await deliver(5, {}, (_, number) => answers[number] ?? done)

    expect(tries).toEqual([
      [0, 1, 2, 3, 4],
      [1, 3],
    ])
    expect(outstanding).toEqual([[1, 3], []])
  })

  it('discards only the items that failed when retries are exhausted', async () => {
    const answer: Try = (records) =>
      records.includes(1) ? { kind: 'some failed', failed: records.filter((record) => record === 1) } : done
    const { tries, discards } = await deliver(3, { maximumRetryAttempts: 1 }, answer)

    expect(tries).toEqual([[0, 1, 2], [1]])
    expect(discards).toEqual([{ records: [1], reason: 'retries exhausted', invocations: 2 }])
  })

  it('splits a batch that failed in two, without using up a retry, until the bad record is alone', async () => {
    const policy = { bisectOnError: true, maximumRetryAttempts: 1 }
    const { tries, discards } = await deliver(4, policy, (records) => (records.includes(2) ? failed : done))

    expect(tries).toEqual([[0, 1, 2, 3], [0, 1], [2, 3], [2], [2], [3]])
    expect(discards).toEqual([{ records: [2], reason: 'retries exhausted', invocations: 4 }])
  })

  it('does not split a batch whose failed items the function has named', async () => {
    const answer: Try = (_, number) => (number === 1 ? { kind: 'some failed', failed: [0, 1, 2] } : done)
    const { tries } = await deliver(4, { bisectOnError: true }, answer)

    expect(tries).toEqual([
      [0, 1, 2, 3],
      [0, 1, 2],
    ])
  })

  it('discards records that are too old before a try, and tries the others', async () => {
    const { tries, discards } = await deliver(3, { maximumRecordAgeMs: 60 }, () => done, [61, 60, 5])

    expect(tries).toEqual([[1, 2]])
    expect(discards).toEqual([{ records: [0], reason: 'record age exceeded', invocations: 0 }])
  })

  it('discards records that become too old during retries', async () => {
    const ages = [0]
    const { tries, discards } = await deliver(
      1,
      { maximumRecordAgeMs: 60 },
      (_, number) => {
        if (number === 2) ages[0] = 61
        return failed
      },
      ages,
    )

    expect(tries).toHaveLength(2)
    expect(discards).toEqual([{ records: [0], reason: 'record age exceeded', invocations: 2 }])
  })

  it('starts no further try after a halt, and leaves the rest unfinished', async () => {
    const { tries, outstanding } = await deliver(4, { bisectOnError: true }, () => 'halt')

    expect(tries).toHaveLength(1)
    expect(outstanding).toEqual([[0, 1, 2, 3]])
  })

  it('settles the try that was running at the halt', async () => {
    const halt = new AbortController()
    const outstanding: number[][] = []

    await deliverBatch([0, 1], FOREVER, {
      async tryOnce() {
        halt.abort()
        return done
      },
      failed: () => undefined,
      recovered: () => undefined,
      discard: async () => true,
      settled: async (left) => void outstanding.push([...left]),
      backOff: async () => {},
      ageMs: () => 0,
      halt: halt.signal,
    })

    expect(outstanding).toEqual([[]])
  })

  it('neither fails nor discards records that the function was not invoked with', async () => {
    const { tries, failures, discards, outstanding } = await deliver(
      2,
      { maximumRetryAttempts: 0 },
      () => 'halt before',
    )

    expect({ tries, failures, discards, outstanding }).toEqual({
      tries: [[0, 1]],
      failures: [],
      discards: [],
      outstanding: [[0, 1]],
    })
  })

  it('leaves records unfinished that could not be discarded before the halt', async () => {
    const halt = new AbortController()
    const outstanding: number[][] = []

    await deliverBatch(
      [0, 1],
      { ...FOREVER, maximumRetryAttempts: 0 },
      {
        tryOnce: async () => failed,
        failed: () => undefined,
        recovered: () => undefined,
        async discard() {
          halt.abort()
          return false
        },
        settled: async (left) => void outstanding.push([...left]),
        backOff: async () => {},
        ageMs: () => 0,
        halt: halt.signal,
      },
    )

    expect(outstanding).toEqual([[0, 1]])
  })

  it('settles every record exactly once, done or discarded, whatever fails', async () => {
    const policies = fc.record({
      bisectOnError: fc.boolean(),
      maximumRetryAttempts: fc.integer({ min: 0, max: 3 }),
      maximumRecordAgeMs: fc.constantFrom(-1, 50),
    })
    const failures = fc.array(fc.tuple(fc.boolean(), fc.array(fc.nat({ max: 9 }))), { maxLength: 30 })

    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 10 }), policies, failures, async (count, policy, script) => {
        const settledBy: number[] = []
        const answer: Try = (records, number) => {
          const [isWhole, items] = script[number - 1] ?? [false, []]
          if (isWhole) return failed
          const bad = records.filter((record) => items.includes(record))
          settledBy.push(...records.filter((record) => !bad.includes(record)))
          return bad.length === 0 ? done : { kind: 'some failed', failed: bad }
        }
        const ages = Array.from({ length: count }, (_, index) => index * 10)

        const { discards, outstanding } = await deliver(count, policy, answer, ages)

        settledBy.push(...discards.flatMap(({ records }) => records))
        expect(settledBy.sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, index) => index))
        expect(outstanding.at(-1)).toEqual([])
      }),
    )
  })
})
