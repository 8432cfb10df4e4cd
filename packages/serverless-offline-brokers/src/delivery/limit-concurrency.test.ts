import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createDeferred } from '../deferred'
import { type EventSourceMapping, NotInvokedError } from '../event-source-mapping'
import { aRabbitMqMapping } from '../testing/rabbitmq-builders'
import { limitConcurrency } from './limit-concurrency'

/** Functions that run until the test ends them, in order of their start. */
function openFunctions(mappings: readonly EventSourceMapping[]) {
  const running: { readonly event: unknown; readonly end: () => void }[] = []
  const throttled: [functionKey: string, limit: number][] = []
  const invoke = limitConcurrency(
    async (_, event) => {
      const { promise, resolve } = createDeferred()
      running.push({ event, end: resolve })
      await promise
      return event
    },
    mappings,
    (...each) => throttled.push(each),
  )
  return { invoke, running, throttled, events: () => running.map(({ event }) => event) }
}

const settle = () => new Promise((resolve) => setImmediate(resolve))
const mappingOf = (name: string, reservedConcurrency?: number) =>
  aRabbitMqMapping({ functionKey: 'on-order', name, reservedConcurrency })

describe('reserved concurrency', () => {
  it('limits the invocations of a function over all its mappings, in order', async () => {
    const { invoke, running, events, throttled } = openFunctions([mappingOf('a', 2), mappingOf('b', 2)])

    const results = [1, 2, 3, 4].map((event) => invoke('on-order', event))
    await settle()
    expect(events()).toEqual([1, 2])
    running[1]?.end()
    await settle()
    expect(events()).toEqual([1, 2, 3])
    for (const index of [0, 2]) running[index]?.end()
    await settle()
    running[3]?.end()

    expect(await Promise.all(results)).toEqual([1, 2, 3, 4])
    expect(throttled).toEqual([['on-order', 2]])
  })

  it('of 0 invokes never, and gives a batch back when its poller stops', async () => {
    const { invoke, events, throttled } = openFunctions([mappingOf('a', 0)])
    const stopping = new AbortController()

    const waiting = invoke('on-order', 1, stopping.signal)
    await settle()
    stopping.abort()

    await expect(waiting).rejects.toBeInstanceOf(NotInvokedError)
    await expect(invoke('on-order', 2, stopping.signal)).rejects.toBeInstanceOf(NotInvokedError)
    expect(events()).toEqual([])
    expect(throttled).toEqual([['on-order', 0]])
  })

  it('does not limit other functions', async () => {
    const { invoke, events } = openFunctions([mappingOf('a', 0), { ...mappingOf('b'), functionKey: 'other' }])

    void invoke('other', 1)
    void invoke('other', 2)
    await settle()

    expect(events()).toEqual([1, 2])
  })

  it('is never exceeded, and no slot is lost, whatever fails or is stopped', async () => {
    const calls = fc.array(fc.record({ fails: fc.boolean(), stops: fc.boolean() }), { maxLength: 20 })
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 3 }), calls, async (limit, script) => {
        let running = 0
        let most = 0
        const invoke = limitConcurrency(
          async (_, fails) => {
            running += 1
            most = Math.max(most, running)
            await settle()
            running -= 1
            if (fails === true) throw new Error('no good')
          },
          [mappingOf('a', limit)],
          () => {},
        )
        const stopping = new AbortController()
        const all = script.map(({ fails, stops }) => invoke('on-order', fails, stops ? stopping.signal : undefined))
        stopping.abort()
        await Promise.allSettled(all)

        await Promise.all(Array.from({ length: limit }, () => invoke('on-order', false)))
        expect(most).toBeLessThanOrEqual(limit)
        expect(running).toBe(0)
      }),
    )
  })
})
