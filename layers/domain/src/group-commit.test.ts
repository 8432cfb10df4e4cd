import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { OverloadedError } from './errors'
import { GroupCommit } from './group-commit'

/** A runner whose batches settle when the test says so. */
class Runner {
  readonly batches: number[][] = []
  #settle: { resolve: (results: string[]) => void; reject: (error: Error) => void } | undefined

  readonly run = (items: number[]): Promise<string[]> => {
    expect(this.#settle, 'batches run one after another').toBeUndefined()
    this.batches.push(items)
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject }
    })
  }

  get isRunning(): boolean {
    return this.#settle !== undefined
  }

  async succeed(results = this.batches.at(-1)?.map(resultOf) ?? []): Promise<void> {
    this.#take().resolve(results)
    await settled()
  }

  async fail(error: Error): Promise<void> {
    this.#take().reject(error)
    await settled()
  }

  #take() {
    const settle = this.#settle
    if (!settle) throw new Error('nothing runs')
    this.#settle = undefined
    return settle
  }
}

const resultOf = (item: number) => `result of ${item}`

/** Lets all callbacks of settled promises run. */
const settled = () => new Promise(setImmediate)

function setUp({ maxBatch = 100, maxWaiting = 100 } = {}) {
  const runner = new Runner()
  return { runner, group: new GroupCommit(runner.run, { maxBatch, maxWaiting }) }
}

/** The first item runs alone. Items that are submitted from here on wait for it. */
async function setUpRunning(options: { maxBatch?: number; maxWaiting?: number } = {}) {
  const { runner, group } = setUp(options)
  const first = group.submit(1)
  await settled()
  expect(runner.batches).toEqual([[1]])
  return { runner, group, first }
}

describe('a busy period of a group commit', () => {
  it('lasts while there is work, and another one begins after a break', async () => {
    const { runner, group, first } = await setUpRunning()
    const { busyPeriod } = group
    const second = group.submit(2)

    await runner.succeed()
    expect(group.busyPeriod).toBe(busyPeriod)
    await runner.succeed()
    expect(group.busyPeriod).toBeUndefined()
    const third = group.submit(3)

    expect(group.busyPeriod).toEqual(expect.any(Number))
    expect(group.busyPeriod).not.toBe(busyPeriod)
    await runner.succeed()
    await Promise.all([first, second, third])
  })

  it('does not exist before the first item', () => {
    expect(setUp().group.busyPeriod).toBeUndefined()
  })
})

describe('a group commit with several concurrent batches', () => {
  function setUpTwo() {
    const ends: (() => Promise<unknown>)[] = []
    const batches: number[][] = []
    const run = (items: number[]) => {
      batches.push(items)
      return new Promise<string[]>((resolve) => {
        ends.push(() => {
          resolve(items.map(resultOf))
          return settled()
        })
      })
    }
    return { batches, ends, group: new GroupCommit(run, { maxBatch: 2, maxWaiting: 100, maxRunning: 2 }) }
  }

  it('starts a full batch while another one runs, up to the limit', async () => {
    const { batches, ends, group } = setUpTwo()
    const results = Promise.all([1, 2, 3, 4, 5, 6].map((item) => group.submit(item)))
    expect(batches).toEqual([[1], [2, 3]])

    await ends[1]?.()
    expect(batches).toEqual([[1], [2, 3], [4, 5]])

    await ends[0]?.()
    await ends[2]?.()
    await ends[3]?.()
    expect(batches).toEqual([[1], [2, 3], [4, 5], [6]])
    expect(await results).toEqual([1, 2, 3, 4, 5, 6].map(resultOf))
  })

  it('lets items that do not fill a batch wait until no batch runs', async () => {
    const { batches, ends, group } = setUpTwo()
    const results = Promise.all([1, 2, 3, 4].map((item) => group.submit(item)))

    await ends[0]?.()
    expect(batches).toEqual([[1], [2, 3]])

    await ends[1]?.()
    expect(batches).toEqual([[1], [2, 3], [4]])
    await ends[2]?.()
    await results
  })
})

describe('a group commit', () => {
  it('starts a single item without waiting for others', async () => {
    const { runner, group } = setUp()

    void group.submit(1)
    await settled()

    expect(runner.batches).toEqual([[1]])
  })

  it('gathers items that arrive while a batch runs into the next batch, in order of arrival', async () => {
    const { runner, group } = await setUpRunning()
    void group.submit(2)
    void group.submit(3)
    await settled()
    expect(runner.batches).toEqual([[1]])

    await runner.succeed()

    expect(runner.batches).toEqual([[1], [2, 3]])
  })

  it('splits steady callers into two halves: one half gets its results while the other half runs', async () => {
    const { runner, group } = await setUpRunning()
    const callers = Array.from({ length: 10 }, (_, caller) => caller)
    const askAgain = async (caller: number): Promise<void> => {
      await group.submit(caller)
      await settled()
      return askAgain(caller)
    }
    for (const caller of callers) void askAgain(caller)

    for (let round = 0; round < 20; round++) {
      await runner.succeed()
      await settled()
    }

    const sizes = runner.batches.slice(-10).map(({ length }) => length)
    expect(sizes).toEqual(sizes.map(() => 5))
  })

  it('takes all waiting items after a failed batch, so that none waits for two failures', async () => {
    const { runner, group, first } = await setUpRunning()
    const outcomes = Promise.allSettled([first, ...[2, 3, 4, 5, 6].map((item) => group.submit(item))])

    await runner.fail(new Error('no response'))

    expect(runner.batches).toEqual([[1], [2, 3, 4, 5, 6]])
    await runner.succeed()
    await outcomes
  })

  it('starts again after an idle time', async () => {
    const { runner, group } = await setUpRunning()
    await runner.succeed()

    void group.submit(2)
    await settled()

    expect(runner.batches).toEqual([[1], [2]])
  })

  it('gives every item its own result', async () => {
    const { runner, group, first } = await setUpRunning()
    const results = Promise.all([first, group.submit(2), group.submit(3)])

    await runner.succeed()
    await runner.succeed()

    expect(await results).toEqual(['result of 1', 'result of 2', 'result of 3'])
  })

  it('splits waiting items into batches of the maximum size', async () => {
    const { runner, group } = await setUpRunning({ maxBatch: 2 })
    for (const item of [2, 3, 4, 5, 6]) void group.submit(item)

    while (runner.isRunning) await runner.succeed()

    expect(runner.batches).toEqual([[1], [2, 3], [4, 5], [6]])
  })

  it('refuses an item when too many wait, and accepts items again later', async () => {
    const { runner, group, first } = await setUpRunning({ maxWaiting: 2 })
    const accepted = [first, group.submit(2), group.submit(3)]

    await expect(group.submit(4)).rejects.toThrow(OverloadedError)

    await runner.succeed()
    accepted.push(group.submit(5))
    await runner.succeed()
    await runner.succeed()
    expect(await Promise.all(accepted)).toEqual([1, 2, 3, 5].map(resultOf))
    expect(runner.batches.flat()).toEqual([1, 2, 3, 5])
  })

  it('fails the items of a batch that fails, and no others', async () => {
    const { runner, group, first } = await setUpRunning({ maxBatch: 2 })
    const outcomes = Promise.allSettled([first, ...[2, 3, 4].map((item) => group.submit(item))])
    const error = new Error('deadlock')

    await runner.succeed()
    await runner.fail(error)
    await runner.succeed()

    expect(await outcomes).toEqual([
      { status: 'fulfilled', value: 'result of 1' },
      { status: 'rejected', reason: error },
      { status: 'rejected', reason: error },
      { status: 'fulfilled', value: 'result of 4' },
    ])
  })

  it('continues after a runner throws instead of rejecting', async () => {
    const group = new GroupCommit<number, number>(
      (items) => {
        if (items.includes(1)) throw new Error('defect')
        return Promise.resolve(items)
      },
      { maxBatch: 1, maxWaiting: 9 },
    )

    const first = group.submit(1)
    const second = group.submit(2)

    await expect(first).rejects.toThrow('defect')
    expect(await second).toBe(2)
  })

  it.each([{ results: ['one'] }, { results: ['one', 'two', 'three'] }])(
    'fails a batch of 2 when the runner returns $results.length results, instead of mixing them up',
    async ({ results }) => {
      const { runner, group } = await setUpRunning()
      const outcomes = Promise.allSettled([group.submit(2), group.submit(3)])

      await runner.succeed()
      await runner.succeed(results)

      expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    },
  )

  it('gives every item exactly its own result, for any order of arrivals and failures', async () => {
    const steps = fc.array(fc.constantFrom('submit', 'submit', 'submit', 'wait', 'succeed', 'fail'), { maxLength: 60 })
    const sizes = fc.record({ maxBatch: fc.integer({ min: 1, max: 5 }), maxWaiting: fc.integer({ min: 1, max: 10 }) })

    await fc.assert(
      fc.asyncProperty(steps, sizes, async (sequence, { maxBatch, maxWaiting }) => {
        const { runner, group } = setUp({ maxBatch, maxWaiting })
        const outcomes: Promise<PromiseSettledResult<string>[]>[] = []
        const failedBatches = new Set<number>()
        for (const step of sequence) {
          if (step === 'submit') outcomes.push(Promise.allSettled([group.submit(outcomes.length)]))
          else if (step === 'wait') await settled()
          else if (step === 'succeed' && runner.isRunning) await runner.succeed()
          else if (runner.isRunning) {
            failedBatches.add(runner.batches.length - 1)
            await runner.fail(new Error(`batch ${runner.batches.length - 1}`))
          }
        }
        await settled()
        while (runner.isRunning) await runner.succeed()

        const results = (await Promise.all(outcomes)).flat()
        const handled = runner.batches.flat()
        expect(handled).toEqual([...handled].sort((a, b) => a - b))
        expect(new Set(handled).size).toBe(handled.length)
        for (const batch of runner.batches) expect(batch.length).toBeLessThanOrEqual(maxBatch)
        results.forEach((result, item) => {
          const batch = runner.batches.findIndex((items) => items.includes(item))
          if (batch === -1) expect(result).toEqual({ status: 'rejected', reason: new OverloadedError() })
          else if (failedBatches.has(batch)) {
            expect(result).toEqual({ status: 'rejected', reason: new Error(`batch ${batch}`) })
          } else expect(result).toEqual({ status: 'fulfilled', value: resultOf(item) })
        })
      }),
    )
  })
})
