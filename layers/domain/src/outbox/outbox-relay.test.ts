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

/** Lets everything that waits for a settled promise go on. */
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
  it('relays what waits at once, oldest first', async () => {
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

  it('that comes before the pause is over joins all others in one batch after it', async () => {
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

  it('while a batch is under way begins no second one', async () => {
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

  it('leaves one batch and one pause, and nothing that goes on after them', async () => {
    const { store, pauses, relay } = setUp()
    store.record(events(1))

    relay.kick()
    await settled()
    await pauses.end()

    expect(pauses.lengthsMs).toEqual([INTERVAL_MS])
    await expect(pauses.end()).rejects.toThrow('nobody pauses')
  })

  it('pauses longer while the process is saturated: orders go before events', async () => {
    const { store, pauses, relay } = setUp({ isSaturated: true })
    store.record(events(1))

    relay.kick()
    await settled()
    await pauses.end()

    expect(pauses.lengthsMs).toEqual([SATURATED_INTERVAL_MS])
  })

  it('goes on after a full batch, pausing in between, until nothing is left', async () => {
    const { store, publisher, pauses, relay } = setUp({ batchSize: 2 })
    store.record(events(5))

    relay.kick()
    await settled()
    await pauses.end()
    await pauses.end()

    expect(publisher.batches).toEqual([2, 2, 1])
  })

  it('goes on after a batch of more than it asked for: some events are kept together', async () => {
    const { store, pauses, relay } = setUp({ batchSize: 2 })
    const batches = [3, 1]
    store.relay = async () => batches.shift() ?? expect.fail('nothing is left')

    relay.kick()
    await settled()
    await pauses.end()

    expect(batches).toEqual([])
  })

  it('tries again while another relay is at work: it may have begun before the commit', async () => {
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
  it('is told, keeps the events, and the next kick relays them', async () => {
    const { store, publisher, pauses, failures, relay } = setUp()
    store.record([anEvent('1'), anEvent('2')])
    publisher.isAway = true
    relay.kick()
    await settled()

    expect(failures).toEqual([new UnavailableError('the fake broker')])
    expect(await store.depth()).toMatchObject({ pending: 2 })

    publisher.isAway = false
    relay.kick()
    await pauses.end()
    expect(publisher.published.map(({ aggregateId }) => aggregateId)).toEqual(['1', '2'])
  })

  it('in the middle of many batches keeps that batch and all behind it, in order', async () => {
    const { store, publisher, pauses, relay } = setUp({ batchSize: 2 })
    store.record(['a', 'b', 'c', 'd', 'e'].map((id) => anEvent(id)))
    relay.kick()
    await settled()
    publisher.isAway = true
    await pauses.end()

    expect(await store.depth()).toMatchObject({ pending: 3 })

    publisher.isAway = false
    await relay.sweep(1_000)
    expect(publisher.published.map(({ aggregateId }) => aggregateId).join('')).toBe('abcde')
  })

  it('makes the next kick wait the longer the more often it happened, to a limit, and a success ends that', async () => {
    const { store, publisher, pauses, relay } = setUp()
    store.record(events(1))
    publisher.isAway = true
    relay.kick()
    await settled()
    for (let failure = 1; failure < 10; failure++) {
      relay.kick()
      await pauses.end()
    }

    expect(pauses.lengthsMs).toEqual([200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000, 10_000, 10_000])

    publisher.isAway = false
    relay.kick()
    await pauses.end()
    expect(pauses.lengthsMs.at(-1)).toBe(INTERVAL_MS)
  })

  it('is not tried again by itself', async () => {
    const { store, publisher, pauses, failures, relay } = setUp()
    store.record(events(1))
    publisher.isAway = true

    relay.kick()
    await settled()
    await pauses.end()

    expect(failures).toHaveLength(1)
    await expect(pauses.end()).rejects.toThrow('nobody pauses')
  })
})

describe('a process that ends between publishing and forgetting', () => {
  it('leaves the events to the next relay, which sends them again under their ids', async () => {
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
  it('relays until nothing waits, without a pause', async () => {
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

  it('fails when the broker is away, and loses nothing', async () => {
    const { store, publisher, relay } = setUp()
    store.record(events(3))
    publisher.isAway = true

    await expect(relay.sweep(1_000)).rejects.toThrow(UnavailableError)

    expect(await store.depth()).toMatchObject({ pending: 3 })
  })

  it('waits for its turn while another relay is at work', async () => {
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

  it('takes turns with the kicks of its process', async () => {
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
  it('waits for the batch under way and begins no other', async () => {
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

/** Publishing begins, and goes on when the test says so; what is published afterwards is not held up. */
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

/** Another relay that has found nothing it could see, and is still at work. */
function occupy(store: FakeOutboxStore) {
  const relay = store.relay.bind(store)
  store.relay = async () => 'busy'
  return {
    leave: () => {
      store.relay = relay
    },
  }
}
