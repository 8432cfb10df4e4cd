import { afterNoon, atNoon, FakeEventPublisher, FakeOutboxStore, NOON } from '@ecommerce/testing'
import { describe, expect, it } from 'vitest'
import type { DomainEvent } from '../domain-event'
import { UnavailableError } from '../errors'
import { OutboxRelay } from './outbox-relay'

/** Pauses that end when the test says so. */
class Pauses {
  readonly lengthsMs: number[] = []
  #end: (() => void) | undefined

  readonly pause = (ms: number): Promise<void> => {
    this.lengthsMs.push(ms)
    return new Promise((resolve) => {
      this.#end = resolve
    })
  }

  async end(): Promise<void> {
    if (!this.#end) throw new Error('nobody pauses')
    this.#end()
    this.#end = undefined
    await settled()
  }
}

/** Lets all callbacks of settled promises run. */
const settled = () => new Promise(setImmediate)

const INTERVAL_MS = 100
const SATURATED_INTERVAL_MS = 1_000

function setUp({ batchSize = 10, clock = atNoon, isSaturated = false } = {}) {
  const store = new FakeOutboxStore(clock)
  const publisher = new FakeEventPublisher()
  const pauses = new Pauses()
  const failures: unknown[] = []
  const relay = new OutboxRelay(
    {
      store,
      publisher,
      clock,
      pause: pauses.pause,
      isSaturated: () => isSaturated,
      onFailure: (error) => failures.push(error),
    },
    { batchSize, intervalMs: INTERVAL_MS, saturatedIntervalMs: SATURATED_INTERVAL_MS },
  )
  return { store, publisher, pauses, failures, relay }
}

function anEvent(aggregateId = '1', at = NOON): DomainEvent {
  return { type: 'product_updated', version: 1, aggregate: 'product', aggregateId, at, data: { id: aggregateId } }
}

const events = (count: number) => Array.from({ length: count }, () => anEvent())

describe('a kick', () => {
  it('relays pending events immediately, oldest first', async () => {
    const { store, publisher, relay } = setUp()
    store.record([anEvent('2'), anEvent('1'), anEvent('2')])

    relay.kick()
    await settled()

    expect(publisher.published.map(({ id, aggregateId }) => [id, aggregateId])).toEqual([
      ['1', '2'],
      ['2', '1'],
      ['3', '2'],
    ])
    expect(await store.depth()).toEqual({ pending: 0, oldestAgeMs: 0 })
  })

  it('during a pause joins all other kicks of the pause in one batch after it', async () => {
    const { store, publisher, pauses, relay } = setUp()
    store.record(events(1))
    relay.kick()
    await settled()

    for (let commit = 0; commit < 5; commit++) {
      store.record(events(1))
      relay.kick()
    }
    await settled()
    expect(publisher.batches).toEqual([1])

    await pauses.end()
    expect(publisher.batches).toEqual([1, 5])
  })

  it('during a batch starts no second batch', async () => {
    const { store, publisher, pauses, relay } = setUp()
    const publishing = holdUp(publisher)
    store.record(events(1))
    relay.kick()
    await settled()

    store.record(events(1))
    relay.kick()
    relay.kick()
    await settled()
    expect(publishing.begun).toBe(1)

    await publishing.release()
    await pauses.end()
    expect(publisher.batches).toEqual([1, 1])
  })

  it('causes one batch and one pause, and nothing after them', async () => {
    const { store, pauses, relay } = setUp()
    store.record(events(1))

    relay.kick()
    await settled()
    await pauses.end()

    expect(pauses.lengthsMs).toEqual([INTERVAL_MS])
    await expect(pauses.end()).rejects.toThrow('nobody pauses')
  })

  it('pauses longer while the process is saturated, so that orders go first', async () => {
    const { store, pauses, relay } = setUp({ isSaturated: true })
    store.record(events(1))

    relay.kick()
    await settled()
    await pauses.end()

    expect(pauses.lengthsMs).toEqual([SATURATED_INTERVAL_MS])
  })

  it('continues after a full batch, with pauses, until the outbox is empty', async () => {
    const { store, publisher, pauses, relay } = setUp({ batchSize: 2 })
    store.record(events(5))

    relay.kick()
    await settled()
    await pauses.end()
    await pauses.end()

    expect(publisher.batches).toEqual([2, 2, 1])
  })

  it('continues after a batch with more events than requested, because some are stored together', async () => {
    const { store, pauses, relay } = setUp({ batchSize: 2 })
    const batches = [3, 1]
    store.relay = async () => batches.shift() ?? expect.fail('nothing is left')

    relay.kick()
    await settled()
    await pauses.end()

    expect(batches).toEqual([])
  })

  it('tries again while another relay works, because that may have started before the commit', async () => {
    const { store, publisher, pauses, relay } = setUp()
    const other = occupy(store)

    relay.kick()
    await settled()
    store.record(events(1))
    other.leave()
    await pauses.end()

    expect(publisher.batches).toEqual([1])
  })
})

describe('a failure after a commit', () => {
  it('is reported and keeps the events, and the next kick relays them', async () => {
    const { store, publisher, pauses, failures, relay } = setUp()
    store.record([anEvent('1'), anEvent('2')])
    publisher.isDown = true
    relay.kick()
    await settled()

    expect(failures).toEqual([new UnavailableError('the fake broker')])
    expect(await store.depth()).toMatchObject({ pending: 2 })

    publisher.isDown = false
    relay.kick()
    await pauses.end()
    expect(publisher.published.map(({ aggregateId }) => aggregateId)).toEqual(['1', '2'])
  })

  it('between many batches keeps the failed batch and all later events, in order', async () => {
    const { store, publisher, pauses, relay } = setUp({ batchSize: 2 })
    store.record(['a', 'b', 'c', 'd', 'e'].map((id) => anEvent(id)))
    relay.kick()
    await settled()
    publisher.isDown = true
    await pauses.end()

    expect(await store.depth()).toMatchObject({ pending: 3 })

    publisher.isDown = false
    await relay.sweep(1_000)
    expect(publisher.published.map(({ aggregateId }) => aggregateId).join('')).toBe('abcde')
  })

  it('doubles the pause up to a limit, until a batch succeeds', async () => {
    const { store, publisher, pauses, relay } = setUp()
    store.record(events(1))
    publisher.isDown = true
    relay.kick()
    await settled()
    for (let failure = 1; failure < 10; failure++) {
      relay.kick()
      await pauses.end()
    }

    expect(pauses.lengthsMs).toEqual([200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000, 10_000, 10_000])

    publisher.isDown = false
    relay.kick()
    await pauses.end()
    expect(pauses.lengthsMs.at(-1)).toBe(INTERVAL_MS)
  })

  it('does not cause a retry without another kick', async () => {
    const { store, publisher, pauses, failures, relay } = setUp()
    store.record(events(1))
    publisher.isDown = true

    relay.kick()
    await settled()
    await pauses.end()

    expect(failures).toHaveLength(1)
    await expect(pauses.end()).rejects.toThrow('nobody pauses')
  })
})

describe('a process that ends between publishing and deleting', () => {
  it('leaves the events to the next relay, which publishes them again with the same ids', async () => {
    const { store, publisher, relay } = setUp()
    store.record(events(2))
    const died = store.relay(10, async (batch) => {
      await publisher.publishAll(batch)
      throw new Error('the process ended here')
    })
    await expect(died).rejects.toThrow()

    expect(await relay.sweep(1_000)).toBe(2)

    expect(publisher.published.map(({ id }) => id)).toEqual(['1', '2', '1', '2'])
  })
})

describe('a sweep', () => {
  it('relays without a pause until the outbox is empty', async () => {
    const { store, publisher, pauses, relay } = setUp({ batchSize: 2 })
    store.record(events(5))

    expect(await relay.sweep(1_000)).toBe(5)

    expect(publisher.batches).toEqual([2, 2, 1])
    expect(pauses.lengthsMs).toEqual([])
  })

  it('ends after the batch in which its time is over', async () => {
    let now = NOON
    const { store, publisher, relay } = setUp({ batchSize: 2, clock: () => now })
    store.record(events(6))
    const publishAll = publisher.publishAll.bind(publisher)
    publisher.publishAll = async (batch) => {
      await publishAll(batch)
      now = afterNoon(now.getTime() - NOON.getTime() + 600)
    }

    expect(await relay.sweep(1_000)).toBe(4)

    expect(await store.depth()).toMatchObject({ pending: 2 })
  })

  it('fails when the broker is down, and loses nothing', async () => {
    const { store, publisher, relay } = setUp()
    store.record(events(3))
    publisher.isDown = true

    await expect(relay.sweep(1_000)).rejects.toThrow(UnavailableError)

    expect(await store.depth()).toMatchObject({ pending: 3 })
  })

  it('waits while another relay works', async () => {
    const { store, publisher, pauses, relay } = setUp()
    store.record(events(1))
    const other = occupy(store)

    const sweep = relay.sweep(1_000)
    await settled()
    expect(publisher.batches).toEqual([])
    other.leave()
    await pauses.end()

    expect(await sweep).toBe(1)
  })

  it('does not run at the same time as a kick of its process', async () => {
    const { store, publisher, relay } = setUp()
    const publishing = holdUp(publisher)
    store.record(events(1))
    relay.kick()
    await settled()

    const sweep = relay.sweep(1_000)
    await settled()
    expect(publishing.begun).toBe(1)
    await publishing.release()

    expect(await sweep).toBe(0)
    expect(publisher.batches).toEqual([1])
  })
})

describe('stopping', () => {
  it('waits for the current batch and starts no other', async () => {
    const { store, publisher, relay } = setUp({ batchSize: 1 })
    const publishing = holdUp(publisher)
    store.record(events(3))
    relay.kick()
    await settled()
    let hasStopped = false

    const stopped = relay.stop().then(() => {
      hasStopped = true
    })
    await settled()
    expect(hasStopped).toBe(false)
    await publishing.release()
    await stopped
    relay.kick()
    await settled()

    expect(await relay.sweep(1_000)).toBe(0)
    expect(publisher.batches).toEqual([1])
  })
})

/** Holds the first publishing until the test releases it. Later publishing is not held. */
function holdUp(publisher: FakeEventPublisher) {
  const publishAll = publisher.publishAll.bind(publisher)
  let open: () => void = () => undefined
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  const held = {
    begun: 0,
    release: async () => {
      open()
      await settled()
    },
  }
  publisher.publishAll = async (batch) => {
    held.begun += 1
    await opened
    await publishAll(batch)
  }
  return held
}

/** Another relay that has found no events, and still works. */
function occupy(store: FakeOutboxStore) {
  const relay = store.relay.bind(store)
  store.relay = async () => 'busy'
  return {
    leave: () => {
      store.relay = relay
    },
  }
}
