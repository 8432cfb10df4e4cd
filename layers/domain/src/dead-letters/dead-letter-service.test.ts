import { afterNoon, FakeDeadLetterStore, FakePublisher, NOON } from '@ecommerce/testing'
import { describe, expect, it } from 'vitest'
import { NotFoundError, UnavailableError } from '../errors'
import { DeadLetterSettledError } from './dead-letter'
import { deadLettered } from './dead-letter-message'
import { DeadLetterService } from './dead-letter-service'
import { type ConsumedDeadLetter, toDeadLetter } from './to-dead-letter'

function setUp() {
  let now = NOON
  const store = new FakeDeadLetterStore()
  const origins = { kafka: new FakePublisher(), rabbitmq: new FakePublisher() }
  const service = new DeadLetterService({ store, origins, clock: () => now })
  return {
    store,
    origins,
    service,
    setClock: (ms: number) => {
      now = afterNoon(ms)
    },
    /** Records a message that failed. */
    fail: async (message: ConsumedDeadLetter) => {
      await service.record([message])
      return toDeadLetter(message, now).id
    },
  }
}

const BODY = Buffer.from('not json')

function aFailed({ broker = 'kafka', replay }: { broker?: 'kafka' | 'rabbitmq'; replay?: string } = {}) {
  const headers = replay === undefined ? {} : { 'dead-letter-replay': replay }
  const message = { source: 'orders', position: '0-17', id: 'order-1', key: 'ann', headers, body: BODY }
  const sent = deadLettered(message, { code: 'malformed-json', detail: 'the body is not JSON' }, NOON)
  return {
    ...message,
    broker,
    source: 'orders.dlq',
    position: '0-1',
    headers: sent.headers,
  } satisfies ConsumedDeadLetter
}

describe('recording dead letters', () => {
  it('records a message once, however often it is delivered', async () => {
    const { service, store, setClock } = setUp()

    await service.record([aFailed(), aFailed()])
    setClock(1_000)
    await service.record([aFailed()])

    expect([...store.letters.values()]).toEqual([expect.objectContaining({ failures: 1, lastFailedAt: NOON })])
  })

  it('fails when the store is down, so that the messages are delivered again', async () => {
    const { service, store } = setUp()
    store.record = async () => {
      throw new UnavailableError('the fake store')
    }

    await expect(service.record([aFailed()])).rejects.toThrow(UnavailableError)
  })
})

describe('replaying a dead letter', () => {
  it.each(['kafka', 'rabbitmq'] as const)('publishes the message to %s again, unchanged', async (broker) => {
    const { service, origins, fail } = setUp()
    const id = await fail(aFailed({ broker }))

    await service.replay(id, 'request-1')

    const other = broker === 'kafka' ? 'rabbitmq' : 'kafka'
    expect(origins[broker].published).toEqual([
      { id: 'order-1', key: 'ann', body: BODY, headers: { 'dead-letter-replay': '1' } },
    ])
    expect(origins[other].published).toEqual([])
  })

  it('marks the dead letter as replayed, with requester and time', async () => {
    const { service, fail, setClock } = setUp()
    const id = await fail(aFailed())
    setClock(5)

    const letter = await service.replay(id, 'request-1')

    expect(letter).toMatchObject({
      status: 'replayed',
      actions: [{ kind: 'replayed', by: 'request-1', at: afterNoon(5) }],
    })
    expect(await service.get(id)).toEqual(letter)
  })

  it('leaves the dead letter open when the broker is down', async () => {
    const { service, origins, fail } = setUp()
    const id = await fail(aFailed())
    origins.kafka.isDown = true

    await expect(service.replay(id, 'request-1')).rejects.toThrow(UnavailableError)

    expect(await service.get(id)).toMatchObject({ status: 'open', actions: [] })
  })

  it('opens the dead letter again when the message fails again, and counts the failure', async () => {
    const { service, fail } = setUp()
    const id = await fail(aFailed())
    await service.replay(id, 'request-1')

    const again = await fail(aFailed({ replay: '1' }))

    expect(again).toBe(id)
    expect(await service.get(id)).toMatchObject({ status: 'open', failures: 2, actions: [{ by: 'request-1' }] })
    await service.replay(id, 'request-2')
    expect(await service.get(id)).toMatchObject({ status: 'replayed', failures: 2 })
  })

  it('leaves the dead letter open when the message fails again before it is marked', async () => {
    const { service, origins, fail } = setUp()
    const id = await fail(aFailed())
    origins.kafka.publish = async () => {
      await fail(aFailed({ replay: '1' }))
    }

    const letter = await service.replay(id, 'request-1')

    expect(letter).toMatchObject({ status: 'open', failures: 2, actions: [{ kind: 'replayed' }] })
  })

  it('counts one failure when two concurrent replays both fail', async () => {
    const { service, origins, fail } = setUp()
    const id = await fail(aFailed())

    await Promise.all([service.replay(id, 'request-1'), service.replay(id, 'request-2')])
    for (const { headers } of origins.kafka.published) {
      await fail(aFailed({ replay: headers['dead-letter-replay'] ?? '' }))
    }

    expect(origins.kafka.published).toHaveLength(2)
    expect(await service.get(id)).toMatchObject({ status: 'open', failures: 2 })
  })

  it.each(['replayed', 'discarded'] as const)(
    'is refused after the dead letter was %s, and publishes nothing',
    async (status) => {
      const { service, origins, fail } = setUp()
      const id = await fail(aFailed())
      await (status === 'replayed' ? service.replay(id, 'request-1') : service.discard(id, 'request-1'))
      const before = origins.kafka.published.length

      await expect(service.replay(id, 'request-2')).rejects.toThrow(DeadLetterSettledError)

      expect(origins.kafka.published).toHaveLength(before)
      expect(await service.get(id)).toMatchObject({ status, actions: [{ by: 'request-1' }] })
    },
  )

  it('is refused for an unknown dead letter', async () => {
    await expect(setUp().service.replay('none', 'request-1')).rejects.toThrow(NotFoundError)
  })
})

describe('discarding a dead letter', () => {
  it('keeps the dead letter, with requester and time', async () => {
    const { service, fail, setClock } = setUp()
    const id = await fail(aFailed())
    setClock(5)

    await service.discard(id, 'request-1')

    expect(await service.get(id)).toMatchObject({
      status: 'discarded',
      body: BODY,
      actions: [{ kind: 'discarded', by: 'request-1', at: afterNoon(5) }],
    })
  })

  it('is final: a repeated delivery of the same failure changes nothing', async () => {
    const { service, fail } = setUp()
    const id = await fail(aFailed())
    await service.discard(id, 'request-1')

    await fail(aFailed())

    expect(await service.get(id)).toMatchObject({ status: 'discarded', failures: 1 })
  })

  it.each(['replayed', 'discarded'] as const)('is refused after the dead letter was %s', async (status) => {
    const { service, fail } = setUp()
    const id = await fail(aFailed())
    await (status === 'replayed' ? service.replay(id, 'request-1') : service.discard(id, 'request-1'))

    await expect(service.discard(id, 'request-2')).rejects.toThrow(DeadLetterSettledError)
  })
})
