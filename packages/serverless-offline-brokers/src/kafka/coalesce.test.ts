import { describe, expect, it } from 'vitest'
import { createDeferred, type Deferred } from '../deferred'
import { coalesce } from './coalesce'

const settled = () => new Promise(setImmediate)

/** A request that ends when the test ends it. */
function createRequest() {
  const runs: Deferred<number>[] = []
  const request = coalesce(() => {
    const run = createDeferred<number>()
    runs.push(run)
    return run.promise
  })
  return { request, runs }
}

describe('a coalesced request', () => {
  it('runs once for calls that come together', async () => {
    const { request, runs } = createRequest()
    const results = Promise.all([request(), request()])
    await settled()

    runs[0]?.resolve(1)

    expect(await results).toEqual([1, 1])
    expect(runs).toHaveLength(1)
  })

  it('runs once more for all calls that come during a run', async () => {
    const { request, runs } = createRequest()
    const first = request()
    await settled()
    const later = Promise.all([request(), request(), request()])
    await settled()
    expect(runs).toHaveLength(1)

    runs[0]?.resolve(1)
    expect(await first).toBe(1)
    await settled()
    expect(runs).toHaveLength(2)
    runs[1]?.resolve(2)

    expect(await later).toEqual([2, 2, 2])
  })

  it('runs again after a run has failed', async () => {
    let runs = 0
    const request = coalesce(async () => {
      runs += 1
      if (runs === 1) throw new Error('no coordinator')
      return runs
    })

    await expect(request()).rejects.toThrow('no coordinator')

    expect(await request()).toBe(2)
  })
})
