import { afterEach, describe, expect, it, vi } from 'vitest'
import type { EventSourceMapping, Poller } from './event-source-mapping'
import { createEventSources } from './event-sources'
import { Findings } from './mapping/findings'
import { readSettings } from './mapping/settings'

afterEach(() => {
  vi.useRealTimers()
})

function mappingOf(functionKey: string, enabled = true): EventSourceMapping {
  return {
    kind: 'rabbitmq',
    name: `${functionKey}:rabbitmq:orders`,
    functionKey,
    enabled,
    batchSize: 1,
    batchWindowMs: 0,
    filters: [],
    url: 'amqp://localhost',
    virtualHost: '/',
    queue: 'orders',
    eventSourceArn: 'arn',
    prefetch: 1,
    concurrency: 1,
  }
}

/** What happens, in order, to event sources whose pollers stop as told. */
async function startTestSources(stops: Readonly<Record<string, () => Promise<void>>>, local: object = {}) {
  const happened: string[] = []
  const say = (message: string) => void happened.push(message)
  const sources = await createEventSources({
    mappings: Object.keys(stops).map((key) => mappingOf(key)),
    settings: readSettings({ drainTimeoutMs: 100, ...local }, Object.keys(stops), new Findings()),
    invoker: { invoke: async () => null, close: async () => say('invoker closed') },
    log: { notice: say, info: say, warning: say, error: say },
    createPoller: (mapping): Poller => ({
      mapping,
      start: () => say(`${mapping.functionKey} starts`),
      stop: async (withinMs) => {
        say(`${mapping.functionKey} stops within ${withinMs}`)
        await stops[mapping.functionKey]?.()
        say(`${mapping.functionKey} stopped`)
      },
      state: () => {
        throw new Error('not asked for')
      },
    }),
  })
  sources.start()
  return { sources, happened }
}

describe('event sources', () => {
  it('start for every mapping', async () => {
    const { happened } = await startTestSources({ a: async () => {}, b: async () => {} })

    expect(happened).toEqual(['a starts', 'b starts', 'Event sources: a:rabbitmq:orders, b:rabbitmq:orders'])
  })

  it('stop side by side, and end the functions last', async () => {
    const { sources, happened } = await startTestSources({ a: async () => {}, b: async () => {} })
    happened.length = 0

    await sources.stop()

    expect(happened).toEqual(['a stops within 100', 'b stops within 100', 'a stopped', 'b stopped', 'invoker closed'])
  })

  it('close everything even where a poller fails to, and then tell', async () => {
    const { sources, happened } = await startTestSources({
      a: () => Promise.reject(new Error('no goodbye')),
      b: async () => {},
    })

    await expect(sources.stop()).rejects.toThrow('event sources ended with errors: Error: no goodbye')
    expect(happened.slice(-2)).toEqual(['b stopped', 'invoker closed'])
  })

  it('leave a poller behind that does not stop in its time', async () => {
    const { sources, happened } = await startTestSources({ a: () => new Promise(() => {}), b: async () => {} })
    vi.useFakeTimers()

    const stopped = expect(sources.stop()).rejects.toThrow('a:rabbitmq:orders did not stop in time')
    await vi.advanceTimersByTimeAsync(5_100)

    await stopped
    expect(happened.at(-1)).toBe('invoker closed')
    expect(vi.getTimerCount()).toBe(0)
  })
})
