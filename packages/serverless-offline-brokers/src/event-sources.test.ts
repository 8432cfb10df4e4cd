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
    urls: ['amqp://localhost'],
    virtualHost: '/',
    queue: 'orders',
    eventSourceArn: 'arn',
    prefetch: 1,
    concurrency: 1,
  }
}

/** Event sources whose pollers stop as the test wants, and the list of everything that happened. */
async function startTestSources(stops: Readonly<Record<string, () => Promise<void>>>, local: object = {}) {
  const happened: string[] = []
  const log = (message: string) => void happened.push(message)
  const sources = await createEventSources({
    mappings: Object.keys(stops).map((key) => mappingOf(key)),
    settings: readSettings({ drainTimeoutMs: 100, ...local }, Object.keys(stops), new Findings()),
    invoker: { invoke: async () => null, close: async () => log('invoker closed') },
    log: { notice: log, info: log, warning: log, error: log },
    createPoller: (mapping): Poller => ({
      mapping,
      start: () => log(`${mapping.functionKey} starts`),
      stop: async (withinMs) => {
        log(`${mapping.functionKey} stops within ${withinMs}`)
        await stops[mapping.functionKey]?.()
        log(`${mapping.functionKey} stopped`)
      },
      state: () => {
        throw new Error('the test needs no state')
      },
    }),
  })
  sources.start()
  return { sources, happened }
}

describe('event sources', () => {
  it('start a poller for every mapping', async () => {
    const { happened } = await startTestSources({ a: async () => {}, b: async () => {} })

    expect(happened).toEqual([
      'a starts',
      'b starts',
      'Event source a:rabbitmq:orders: queue orders of RabbitMQ at amqp://localhost:5672; virtual host /; batches of 1',
      'Event source b:rabbitmq:orders: queue orders of RabbitMQ at amqp://localhost:5672; virtual host /; batches of 1',
    ])
  })

  it('stop in parallel, and close the invoker last', async () => {
    const { sources, happened } = await startTestSources({ a: async () => {}, b: async () => {} })
    happened.length = 0

    await sources.stop()

    expect(happened).toEqual(['a stops within 100', 'b stops within 100', 'a stopped', 'b stopped', 'invoker closed'])
  })

  it('close everything even when a poller fails to stop, and then throw its error', async () => {
    const { sources, happened } = await startTestSources({
      a: () => Promise.reject(new Error('no disconnect')),
      b: async () => {},
    })

    await expect(sources.stop()).rejects.toThrow('event sources ended with errors: Error: no disconnect')
    expect(happened.slice(-2)).toEqual(['b stopped', 'invoker closed'])
  })

  it('do not wait for a poller that does not stop in time', async () => {
    const { sources, happened } = await startTestSources({ a: () => new Promise(() => {}), b: async () => {} })
    vi.useFakeTimers()

    const stopped = expect(sources.stop()).rejects.toThrow('a:rabbitmq:orders did not stop in time')
    await vi.advanceTimersByTimeAsync(5_100)

    await stopped
    expect(happened.at(-1)).toBe('invoker closed')
    expect(vi.getTimerCount()).toBe(0)
  })
})
