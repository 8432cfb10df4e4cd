import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Invoke, Poller } from '../event-source-mapping'
import { createGate, recordInvocations } from './record-invocations'

/** Mapping properties that a test may set for every broker. */
export interface MappingOverrides {
  readonly batchSize?: number
  readonly batchWindowMs?: number
  /** A filter: the value of the member `kind` of a JSON body. */
  readonly onlyKind?: string
}

/** A topic or queue for one test only. */
export interface TestSource {
  /** Creates the topic or queue, which does not exist before. */
  create(): Promise<void>
  /** Deletes it with its content. Resolves when it is gone. */
  remove(): Promise<void>
  /** Publishes in order, to one partition. Resolves when the broker has confirmed. */
  publish(bodies: readonly (string | Buffer)[]): Promise<void>
  bodiesOf(event: unknown): string[]
  /** Creates another poller of the same group or queue at each call. */
  poller(invoke: Invoke, overrides?: MappingOverrides): Poller
  /** The number of messages that are not acknowledged. Call it while no poller is running. */
  unacknowledged(): Promise<number>
}

export interface TestBroker {
  source(name: string): TestSource
  kill(): Promise<void>
  start(): Promise<void>
}

const WITHIN = { timeout: 20_000, interval: 20 }
const WITHIN_A_RESTART = { timeout: 60_000, interval: 50 }
const RESTART_TEST = { timeout: 120_000 }

/** The behaviour that every poller must have, tested on a real broker. */
export function describePoller(title: string, broker: TestBroker): void {
  async function openSource(): Promise<TestSource> {
    const source = broker.source(`test-${randomUUID()}`)
    await source.create()
    return source
  }

  function start(source: TestSource, invoke: Invoke, overrides: MappingOverrides = {}): Poller {
    const poller = source.poller(invoke, overrides)
    onTestFinished(() => poller.stop(0))
    poller.start()
    return poller
  }

  const isRunning = (poller: Poller) => vi.waitFor(() => expect(poller.state().status).toBe('running'), WITHIN)

  /** Kills the broker. It is down until the returned function is called, or the test ends. */
  async function killBroker(): Promise<() => Promise<void>> {
    let isDown = true
    const restart = async () => {
      if (isDown) await broker.start()
      isDown = false
    }
    onTestFinished(restart)
    await broker.kill()
    return restart
  }

  describe(title, () => {
    /**
     * Sources for the tests that kill the broker, created long before. RabbitMQ confirms a new queue before its own log is
     * on disk. When it is killed in between, the queue is lost, together with confirmed messages.
     */
    let oldSources: { absent: TestSource; back: TestSource }

    beforeAll(async () => {
      oldSources = { absent: await openSource(), back: await openSource() }
    })

    it('acknowledges a batch after the function has returned', async () => {
      const source = await openSource()
      const calls = recordInvocations(source.bodiesOf)
      const poller = start(source, calls.invoke)

      await source.publish(['a', 'b', 'c'])
      await vi.waitFor(() => expect(calls.bodies()).toEqual(['a', 'b', 'c']), WITHIN)
      await poller.stop(5_000)

      expect(await source.unacknowledged()).toBe(0)
      expect(poller.state()).toMatchObject({ status: 'stopped', records: 3, failures: 0, inFlightBatches: 0 })
    })

    it('delivers a failed batch again, as a new event, until the function succeeds', async () => {
      const source = await openSource()
      await source.publish(['a', 'b', 'c'])
      const calls = recordInvocations(source.bodiesOf, (_bodies, invocation, event) => {
        if (invocation > 2) return
        destroy(event)
        throw new Error('not now')
      })
      const poller = start(source, calls.invoke, { batchSize: 3, batchWindowMs: 2_000 })

      await vi.waitFor(() => expect(calls.batches).toEqual(Array(3).fill(['a', 'b', 'c'])), WITHIN)
      await poller.stop(5_000)

      expect(await source.unacknowledged()).toBe(0)
      expect(poller.state()).toMatchObject({ failures: 2, retries: 2, lastError: { message: 'not now' } })
    })

    it('delivers in order, in batches of at most the batch size', async () => {
      const source = await openSource()
      const bodies = Array.from({ length: 50 }, (_, index) => `body ${index}`)
      await source.publish(bodies)
      const calls = recordInvocations(source.bodiesOf)
      start(source, calls.invoke, { batchSize: 7, batchWindowMs: 500 })

      await vi.waitFor(() => expect(calls.bodies()).toHaveLength(50), WITHIN)

      expect(calls.bodies()).toEqual(bodies)
      expect(calls.batches.map(({ length }) => length)).toEqual([7, 7, 7, 7, 7, 7, 7, 1])
    })

    it('waits for more records until the window of the first one ends', async () => {
      const source = await openSource()
      const calls = recordInvocations(source.bodiesOf)
      const poller = start(source, calls.invoke, { batchSize: 100, batchWindowMs: 2_000 })
      await isRunning(poller)

      await source.publish(['a'])
      await source.publish(['b'])
      await source.publish(['c'])

      await vi.waitFor(() => expect(calls.batches).toEqual([['a', 'b', 'c']]), WITHIN)
    })

    it('does not wait for the window when the batch is full', async () => {
      const source = await openSource()
      const calls = recordInvocations(source.bodiesOf)
      start(source, calls.invoke, { batchSize: 2, batchWindowMs: 300_000 })

      await source.publish(['a', 'b'])

      await vi.waitFor(() => expect(calls.batches).toEqual([['a', 'b']]), WITHIN)
    })

    it('never sends more than 6 MB, and discards a larger record', async () => {
      const source = await openSource()
      const large = (letter: string) => Buffer.alloc(2_500_000, letter)
      await source.publish([large('a'), large('b'), Buffer.alloc(5_000_000, 'x'), 'small', large('c')])
      const calls = recordInvocations((event) => {
        expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThanOrEqual(6 * 1024 * 1024)
        return source.bodiesOf(event).map((body) => body.slice(0, 5))
      })
      const poller = start(source, calls.invoke, { batchSize: 10, batchWindowMs: 1_000 })

      await vi.waitFor(() => expect(calls.bodies()).toEqual(['aaaaa', 'bbbbb', 'small', 'ccccc']), WITHIN)
      expect(calls.batches[0]).toEqual(['aaaaa'])
      await vi.waitFor(() => expect(poller.state().discardedRecords).toBe(1), WITHIN)
      await poller.stop(5_000)

      expect(await source.unacknowledged()).toBe(0)
    })

    it('acknowledges records that no filter matches, without an invocation', async () => {
      const source = await openSource()
      const body = (kind: string, id: number) => JSON.stringify({ kind, id })
      await source.publish([body('other', 1), body('order', 2), body('other', 3), body('order', 4), body('other', 5)])
      const calls = recordInvocations(source.bodiesOf)
      const poller = start(source, calls.invoke, { onlyKind: 'order' })

      await vi.waitFor(() => expect(calls.bodies()).toEqual([body('order', 2), body('order', 4)]), WITHIN)
      await vi.waitFor(() => expect(poller.state().filteredRecords).toBe(3), WITHIN)
      await poller.stop(5_000)

      expect(await source.unacknowledged()).toBe(0)
    })

    it('acknowledges records that no filter matches even when no other record follows', async () => {
      const source = await openSource()
      await source.publish(['{"kind":"other"}', '{"kind":"other"}'])
      const calls = recordInvocations(source.bodiesOf)
      const poller = start(source, calls.invoke, { onlyKind: 'order' })

      await vi.waitFor(() => expect(poller.state().filteredRecords).toBe(2), WITHIN)
      await poller.stop(5_000)

      expect(await source.unacknowledged()).toBe(0)
      expect(calls.batches).toEqual([])
    })

    it('finishes the batch in flight when it is stopped, and leaves the rest', async () => {
      const source = await openSource()
      await source.publish(['a', 'b', 'c'])
      const gate = createGate()
      const calls = recordInvocations(source.bodiesOf, () => gate.opened)
      const poller = start(source, calls.invoke, { batchSize: 1 })
      await vi.waitFor(() => expect(calls.bodies()).toEqual(['a']), WITHIN)
      // A batch may be in flight before the session is open. A session that is stopped before that is not drained.
      await isRunning(poller)
      expect(poller.state()).toMatchObject({ inFlightBatches: 1, inFlightRecords: 1 })

      const stopped = poller.stop(20_000)
      expect(poller.state().status).toBe('stopping')
      gate.open()
      await stopped

      expect(poller.state()).toMatchObject({ status: 'stopped', inFlightBatches: 0 })
      expect(calls.bodies()).toEqual(['a'])
      const next = recordInvocations(source.bodiesOf)
      start(source, next.invoke, { batchSize: 1 })
      await vi.waitFor(() => expect(next.bodies()).toEqual(['b', 'c']), WITHIN)
    })

    it('does not acknowledge a batch that does not finish in time', async () => {
      const source = await openSource()
      await source.publish(['a', 'b'])
      const gate = createGate()
      const calls = recordInvocations(source.bodiesOf, () => gate.opened)
      const poller = start(source, calls.invoke, { batchSize: 2, batchWindowMs: 1_000 })
      await vi.waitFor(() => expect(calls.batches).toEqual([['a', 'b']]), WITHIN)

      await poller.stop(0)
      gate.open()

      const next = recordInvocations(source.bodiesOf)
      start(source, next.invoke, { batchSize: 2, batchWindowMs: 1_000 })
      await vi.waitFor(() => expect(next.batches).toEqual([['a', 'b']]), WITHIN)
      await vi.waitFor(() => expect(poller.state().inFlightBatches).toBe(0), WITHIN)
    })

    it('waits for a source that does not exist yet, and shows the error', async () => {
      const source = broker.source(`test-${randomUUID()}`)
      const calls = recordInvocations(source.bodiesOf)
      const poller = start(source, calls.invoke)
      await vi.waitFor(() => expect(poller.state().lastError?.message).toContain('test-'), WITHIN)
      expect(poller.state().status).toBe('connecting')

      await source.create()
      await source.publish(['a'])

      await vi.waitFor(() => expect(calls.bodies()).toEqual(['a']), WITHIN)
    })

    it.each([
      { what: 'fewer', bodies: ['x', 'y'] },
      { what: 'more', bodies: ['v', 'w', 'x', 'y', 'z'] },
    ])(
      'delivers everything from a source that is deleted and created again, with $what records',
      async ({ bodies }) => {
        const source = await openSource()
        const calls = recordInvocations(source.bodiesOf)
        const poller = start(source, calls.invoke)
        await source.publish(['a', 'b', 'c'])
        await vi.waitFor(() => expect(calls.bodies()).toEqual(['a', 'b', 'c']), WITHIN)

        await source.remove()
        await vi.waitFor(() => expect(poller.state().status).toBe('reconnecting'), WITHIN)
        await source.create()
        await source.publish(bodies)

        await vi.waitFor(() => expect(calls.bodies()).toEqual(['a', 'b', 'c', ...bodies]), WITHIN)
        await poller.stop(5_000)
        expect(await source.unacknowledged()).toBe(0)
      },
    )

    it('stops immediately while it has no session', async () => {
      const source = broker.source(`test-${randomUUID()}`)
      const poller = start(source, async () => undefined)
      await vi.waitFor(() => expect(poller.state().lastError).toBeDefined(), WITHIN)

      await poller.stop(5_000)

      expect(poller.state().status).toBe('stopped')
    })

    it('shares the source with a second poller, and passes it on, without losing a record', async () => {
      const source = await openSource()
      const bodies = Array.from({ length: 400 }, (_, index) => String(index))
      const calls = recordInvocations(source.bodiesOf)
      const first = start(source, calls.invoke, { batchSize: 5 })
      await isRunning(first)

      await source.publish(bodies.slice(0, 100))
      const second = start(source, calls.invoke, { batchSize: 5 })
      await source.publish(bodies.slice(100, 200))
      await isRunning(second)
      await source.publish(bodies.slice(200, 300))
      await first.stop(10_000)
      await source.publish(bodies.slice(300))

      await vi.waitFor(() => expect(new Set(calls.bodies())).toEqual(new Set(bodies)), WITHIN)
      await second.stop(10_000)
      expect(await source.unacknowledged()).toBe(0)
    })

    it('waits for a broker that is down at the start', RESTART_TEST, async () => {
      const source = oldSources.absent
      await source.publish(['a'])
      const restart = await killBroker()
      const calls = recordInvocations(source.bodiesOf)
      const poller = start(source, calls.invoke)
      await vi.waitFor(() => expect(poller.state().lastError).toBeDefined(), WITHIN)
      expect(poller.state().status).toBe('connecting')

      await restart()

      await vi.waitFor(() => expect(calls.bodies()).toEqual(['a']), WITHIN_A_RESTART)
      // The first batch may arrive a moment before the session is open.
      await vi.waitFor(() => expect(poller.state().status).toBe('running'), WITHIN)
    })

    it('reconnects when the broker is back, and delivers the batch in flight again', RESTART_TEST, async () => {
      const source = oldSources.back
      const gate = createGate()
      const calls = recordInvocations(source.bodiesOf, (_bodies, invocation) => (invocation === 2 ? gate.opened : {}))
      const poller = start(source, calls.invoke, { batchSize: 1 })
      await source.publish(['before'])
      await vi.waitFor(() => expect(calls.bodies()).toEqual(['before']), WITHIN)
      await source.publish(['meanwhile'])
      await vi.waitFor(() => expect(calls.bodies()).toEqual(['before', 'meanwhile']), WITHIN)

      const restart = await killBroker()
      await vi.waitFor(() => expect(poller.state().status).toBe('reconnecting'), WITHIN_A_RESTART)
      gate.open()
      await restart()
      await source.publish(['after'])

      await vi.waitFor(() => expect(calls.bodies()).toContain('after'), WITHIN_A_RESTART)
      expect(calls.bodies()).toEqual(['before', 'meanwhile', 'meanwhile', 'after'])
      await poller.stop(5_000)
      expect(await source.unacknowledged()).toBe(0)
    })
  })
}

/** Deletes everything in an event, at every depth. */
function destroy(part: unknown): void {
  if (typeof part !== 'object' || part === null) return
  for (const key of Object.keys(part)) {
    destroy(part[key as keyof typeof part])
    delete part[key as keyof typeof part]
  }
}
