import { type Clock, type DomainEvent, type OutboxStore, type RecordedEvent, UnavailableError } from '@ecommerce/domain'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { afterNoon, NOON } from '../builders'

export interface OpenedOutbox {
  readonly store: OutboxStore
  /** Writes events in the given order, in one transaction. */
  readonly record: (events: readonly DomainEvent[]) => Promise<void>
  readonly close: () => Promise<void>
}

/** Opens an empty outbox. */
export type OpenOutbox = (clock: Clock) => Promise<OpenedOutbox>

export function anEvent(overrides: Partial<DomainEvent> = {}): DomainEvent {
  return {
    type: 'product_stock_changed',
    version: 1,
    aggregate: 'product',
    aggregateId: '1',
    at: NOON,
    data: { id: 1, stock: 4, delta: -1 },
    ...overrides,
  }
}

/** The behaviour of every outbox store. */
export function describeOutboxStore(name: string, open: OpenOutbox): void {
  describe(`${name} as an outbox store`, () => {
    let now: Date
    let outbox: OpenedOutbox
    beforeEach(async () => {
      now = NOON
      outbox = await open(() => now)
    })
    afterEach(() => outbox.close())

    const relayInto = (seen: RecordedEvent[], limit = 100) =>
      outbox.store.relay(limit, async (events) => {
        seen.push(...events)
      })

    it('publishes events as they were recorded, with their data as JSON text', async () => {
      const event = anEvent({ at: afterNoon(17), data: { name: 'Lamp 💡 "quoted"\n', price_cents: 1_999 } })
      await outbox.record([event])
      const seen: RecordedEvent[] = []

      expect(await relayInto(seen)).toBe(1)

      expect(seen.map(({ id: _, data, ...rest }) => ({ ...rest, data: JSON.parse(data) }))).toEqual([event])
    })

    it('publishes the oldest first, with increasing ids', async () => {
      await outbox.record([anEvent({ aggregateId: '3' }), anEvent({ aggregateId: '1' })])
      await outbox.record([anEvent({ aggregateId: '2' })])
      const seen: RecordedEvent[] = []

      await relayInto(seen)

      expect(seen.map(({ aggregateId }) => aggregateId)).toEqual(['3', '1', '2'])
      const ids = seen.map(({ id }) => Number(id))
      expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b))
    })

    it('publishes no more than the limit, and the rest the next time', async () => {
      await outbox.record(['1', '2', '3'].map((aggregateId) => anEvent({ aggregateId })))
      const seen: RecordedEvent[] = []

      expect(await relayInto(seen, 2)).toBe(2)
      expect(seen.map(({ aggregateId }) => aggregateId)).toEqual(['1', '2'])
      expect(await relayInto(seen, 2)).toBe(1)

      expect(seen.map(({ aggregateId }) => aggregateId)).toEqual(['1', '2', '3'])
    })

    it('does not call publish when the outbox is empty', async () => {
      const seen: RecordedEvent[] = []
      await outbox.record([anEvent()])
      await relayInto(seen)

      const relayed = outbox.store.relay(10, () => expect.fail('nothing waits'))

      expect(await relayed).toBe(0)
    })

    it('keeps events that could not be published, and rethrows the error', async () => {
      await outbox.record([anEvent()])
      const away = new UnavailableError('the broker')

      await expect(outbox.store.relay(10, () => Promise.reject(away))).rejects.toBe(away)

      const seen: RecordedEvent[] = []
      expect(await relayInto(seen)).toBe(1)
    })

    it('lets only one relay work at a time', async () => {
      await outbox.record([anEvent()])

      const relayed = outbox.store.relay(10, async () => {
        expect(await outbox.store.relay(10, () => expect.fail('another is at work'))).toBe('busy')
      })

      expect(await relayed).toBe(1)
    })

    it('keeps events that are recorded during a batch for the next batch', async () => {
      await outbox.record([anEvent({ aggregateId: '1' })])
      const seen: RecordedEvent[] = []

      await outbox.store.relay(10, () => outbox.record([anEvent({ aggregateId: '2' })]))
      await relayInto(seen)

      expect(seen.map(({ aggregateId }) => aggregateId)).toEqual(['2'])
    })

    it('reports the number of pending events and the age of the oldest', async () => {
      expect(await outbox.store.depth()).toEqual({ pending: 0, oldestAgeMs: 0 })

      await outbox.record([anEvent({ at: afterNoon(100) }), anEvent({ at: afterNoon(200) })])
      now = afterNoon(1_100)
      expect(await outbox.store.depth()).toEqual({ pending: 2, oldestAgeMs: 1_000 })

      await relayInto([], 1)
      expect(await outbox.store.depth()).toEqual({ pending: 1, oldestAgeMs: 900 })
    })
  })
}
