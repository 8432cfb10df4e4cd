import { AsyncLocalStorage } from 'node:async_hooks'
import { describe, expect, it } from 'vitest'
import { OverloadedError } from './errors'
import { Mutex } from './mutex'

/** Lets everything that waits for a settled promise continue. */
const settled = () => new Promise(setImmediate)

/** Work that ends when the test ends it. */
function setUp({ maxWaiting = 10 } = {}) {
  const mutex = new Mutex({ maxWaiting })
  const started: string[] = []
  const ends = new Map<string, { resolve: (result: string) => void; reject: (error: Error) => void }>()
  return {
    mutex,
    started,
    run: (name: string) =>
      mutex.run(() => {
        started.push(name)
        return new Promise<string>((resolve, reject) => ends.set(name, { resolve, reject }))
      }),
    async end(name: string) {
      ends.get(name)?.resolve(`result of ${name}`)
      await settled()
    },
    async fail(name: string, error: Error) {
      ends.get(name)?.reject(error)
      await settled()
    },
  }
}

describe('a mutex', () => {
  it('runs one piece of work at a time, in the order of the calls', async () => {
    const { started, run, end } = setUp()
    const results = Promise.all(['first', 'second', 'third'].map(run))
    await settled()
    expect(started).toEqual(['first'])

    await end('first')
    expect(started).toEqual(['first', 'second'])
    await end('second')
    await end('third')

    expect(await results).toEqual(['result of first', 'result of second', 'result of third'])
  })

  it('rejects with the error of its work, and runs the next', async () => {
    const { started, run, end, fail } = setUp()
    const error = new Error('the database is down')
    const outcomes = Promise.allSettled([run('first'), run('second')])

    await settled()
    await fail('first', error)
    expect(started).toEqual(['first', 'second'])
    await end('second')

    expect(await outcomes).toEqual([
      { status: 'rejected', reason: error },
      { status: 'fulfilled', value: 'result of second' },
    ])
  })

  it('continues after work that throws before it returns a promise', async () => {
    const mutex = new Mutex({ maxWaiting: 1 })

    await expect(
      mutex.run(() => {
        throw new Error('at the start')
      }),
    ).rejects.toThrow('at the start')

    expect(await mutex.run(async () => 'done')).toBe('done')
  })

  it('refuses a caller when too many wait, and accepts callers again when they do not', async () => {
    const { run, end } = setUp({ maxWaiting: 1 })
    const accepted = [run('first'), run('second')]

    await expect(run('third')).rejects.toThrow(OverloadedError)

    await end('first')
    accepted.push(run('fourth'))
    await end('second')
    await end('fourth')
    expect(await Promise.all(accepted)).toEqual(['result of first', 'result of second', 'result of fourth'])
  })

  it('lets nobody overtake a waiting caller', async () => {
    const mutex = new Mutex({ maxWaiting: 10 })
    const order: string[] = []
    const add = (name: string) => mutex.run(async () => void order.push(name))

    const first = add('first').then(() => add('late'))
    await Promise.all([first, add('second'), add('third')])

    expect(order).toEqual(['first', 'second', 'third', 'late'])
  })

  it('runs each work in the async context of its caller', async () => {
    const caller = new AsyncLocalStorage<string>()
    const mutex = new Mutex({ maxWaiting: 10 })

    const seen = await Promise.all(
      ['ann', 'bob', 'eve'].map((name) => caller.run(name, () => mutex.run(async () => caller.getStore()))),
    )

    expect(seen).toEqual(['ann', 'bob', 'eve'])
  })
})

describe('a busy period of a mutex', () => {
  it('lasts as long as there is work, and a new one begins after a break', async () => {
    const { mutex, run, end } = setUp()
    expect(mutex.busyPeriod).toBeUndefined()

    const work = [run('first'), run('second')]
    const { busyPeriod } = mutex
    await end('first')
    expect(mutex.busyPeriod).toBe(busyPeriod)
    await end('second')
    expect(mutex.busyPeriod).toBeUndefined()

    work.push(run('third'))
    expect(mutex.busyPeriod).toEqual(expect.any(Number))
    expect(mutex.busyPeriod).not.toBe(busyPeriod)
    await end('third')
    await Promise.all(work)
  })
})
