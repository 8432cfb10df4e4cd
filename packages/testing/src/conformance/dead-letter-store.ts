import {
  type DeadLetter,
  type DeadLetterQuery,
  DeadLetterSettledError,
  type DeadLetterStore,
  InvalidInputError,
  NotFoundError,
} from '@ecommerce/domain'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aDeadLetter, afterNoon, NOON } from '../builders'
import { allPages } from './stores'

const UNKNOWN = '0'.repeat(32)

export type OpenDeadLetterStore = () => Promise<{ store: DeadLetterStore; close: () => Promise<void> }>

/** The behaviour of every dead letter store. The store may contain dead letters of other tests. */
export function describeDeadLetterStore(name: string, open: OpenDeadLetterStore): void {
  describe(`${name} as a dead letter store`, () => {
    let store: DeadLetterStore
    let close: () => Promise<void>
    beforeAll(async () => {
      const opened = await open()
      store = opened.store
      close = opened.close
    })
    afterAll(() => close())

    const recorded = async (overrides: Partial<DeadLetter> = {}): Promise<DeadLetter> => {
      const letter = aDeadLetter(overrides)
      await store.record([letter])
      return letter
    }
    const asFailedAgain = (letter: DeadLetter): DeadLetter => ({
      ...letter,
      position: '2-99',
      cause: { code: 'invalid-message', detail: 'no order' },
      failures: letter.failures + 1,
      firstFailedAt: afterNoon(60_000),
      lastFailedAt: afterNoon(60_000),
    })

    describe('recording', () => {
      it('keeps all members of a dead letter', async () => {
        const letter = await recorded({ headers: { traceparent: '00-1-2-03', 'x-note': '"Ölkanne" 💡' } })

        expect(await store.find(letter.id)).toEqual(letter)
      })

      it('keeps a dead letter of a queue, without position and key', async () => {
        const letter = await recorded({ broker: 'rabbitmq', position: undefined, key: undefined, headers: {} })

        expect(await store.find(letter.id)).toEqual(letter)
      })

      it.each([
        ['no bytes', Buffer.alloc(0)],
        ['every possible byte', Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))],
        ['characters with a meaning in SQL', Buffer.from(`'"\\\0?; DROP TABLE dead_letters; --`)],
        ['a megabyte', Buffer.alloc(1_048_576, 0xfe)],
      ])('keeps a body of %s', async (_, body) => {
        const { id } = await recorded({ body })

        const found = await store.find(id)
        expect(found?.body.equals(body)).toBe(true)
      })

      it('keeps very long texts', async () => {
        const letter = await recorded({
          source: 's'.repeat(255),
          position: '9'.repeat(64),
          messageId: 'm'.repeat(100_000),
          key: 'k'.repeat(100_000),
          headers: { long: 'v'.repeat(100_000) },
          cause: { code: 'c'.repeat(64), detail: '💡'.repeat(500) },
        })

        expect(await store.find(letter.id)).toEqual(letter)
      })

      it('records a whole batch, even if it contains a dead letter twice', async () => {
        const [first, second] = [aDeadLetter(), aDeadLetter()]

        await store.record([first, second, first])

        expect(await store.find(first.id)).toEqual(first)
        expect(await store.find(second.id)).toEqual(second)
      })

      it('does nothing for an empty batch', async () => {
        await expect(store.record([])).resolves.toBeUndefined()
      })

      it('records a dead letter once, however many calls record it at the same time', async () => {
        const letter = aDeadLetter({ cause: { code: uniqueCause(), detail: '' } })

        await Promise.all(Array.from({ length: 10 }, () => store.record([letter, letter])))

        expect(await idsOf({ cause: letter.cause.code })).toEqual([letter.id])
        expect(await store.find(letter.id)).toEqual(letter)
      })

      it('changes nothing when a counted failure is delivered again', async () => {
        const letter = await recorded()

        await store.record([{ ...asFailedAgain(letter), failures: 1 }])

        expect(await store.find(letter.id)).toEqual(letter)
      })

      it('records a new failure with its cause and position, and counts it', async () => {
        const letter = await recorded()

        await store.record([asFailedAgain(letter)])

        expect(await store.find(letter.id)).toEqual({ ...asFailedAgain(letter), firstFailedAt: NOON })
      })
    })

    it('finds no dead letter that was never recorded', async () => {
      expect(await store.find(UNKNOWN)).toBeUndefined()
    })

    describe('marking as replayed', () => {
      it('records the action, with requester and time', async () => {
        const letter = await recorded()

        const marked = await store.markReplayed({ id: letter.id, failures: 1, by: 'request-1', at: afterNoon(5) })

        const action = { kind: 'replayed', by: 'request-1', at: afterNoon(5) }
        expect(marked).toEqual({ ...letter, status: 'replayed', actions: [action] })
        expect(await store.find(letter.id)).toEqual(marked)
      })

      it('records the user id of the caller', async () => {
        const { id } = await recorded()

        await store.markReplayed({ id, failures: 1, by: 'request-1', at: afterNoon(5), actedBy: 'otto' })

        expect(await store.find(id)).toMatchObject({ actions: [{ kind: 'replayed', actedBy: 'otto' }] })
      })

      it('opens the dead letter again when the message fails again, and keeps all actions', async () => {
        const letter = await recorded()
        await store.markReplayed({ id: letter.id, failures: 1, by: 'request-1', at: afterNoon(1) })

        await store.record([asFailedAgain(letter)])
        await store.record([asFailedAgain(letter), letter])

        expect(await store.find(letter.id)).toMatchObject({ status: 'open', failures: 2 })
        await store.markReplayed({ id: letter.id, failures: 2, by: 'request-2', at: afterNoon(2) })
        expect(await store.find(letter.id)).toMatchObject({
          status: 'replayed',
          failures: 2,
          actions: [
            { kind: 'replayed', by: 'request-1' },
            { kind: 'replayed', by: 'request-2' },
          ],
        })
      })

      it('leaves the dead letter open when the message has already failed again', async () => {
        const letter = await recorded()
        await store.record([asFailedAgain(letter)])

        const marked = await store.markReplayed({ id: letter.id, failures: 1, by: 'request-1', at: NOON })

        expect(marked).toMatchObject({ status: 'open', failures: 2, actions: [{ kind: 'replayed', by: 'request-1' }] })
        expect(await store.find(letter.id)).toEqual(marked)
      })

      it('stays valid when the earlier failure is delivered again', async () => {
        const letter = await recorded()
        await store.markReplayed({ id: letter.id, failures: 1, by: 'request-1', at: NOON })

        await store.record([letter])

        expect(await store.find(letter.id)).toMatchObject({ status: 'replayed', failures: 1 })
      })

      it('refuses an unknown dead letter', async () => {
        const replay = store.markReplayed({ id: UNKNOWN, failures: 1, by: 'request-1', at: NOON })

        await expect(replay).rejects.toThrow(NotFoundError)
      })
    })

    describe('discarding', () => {
      it('records the action, with requester and time', async () => {
        const letter = await recorded()

        await store.discard({ id: letter.id, by: 'request-1', at: afterNoon(5) })

        expect(await store.find(letter.id)).toEqual({
          ...letter,
          status: 'discarded',
          actions: [{ kind: 'discarded', by: 'request-1', at: afterNoon(5) }],
        })
      })

      it('succeeds once, however many calls discard it at the same time', async () => {
        const { id } = await recorded()
        const tries = Array.from({ length: 5 }, (_, index) => store.discard({ id, by: `request-${index}`, at: NOON }))

        const results = await Promise.allSettled(tries)

        const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
        expect(refused).toEqual(Array.from({ length: 4 }, () => expect.any(DeadLetterSettledError)))
        expect((await store.find(id))?.actions).toHaveLength(1)
      })

      it('refuses a replayed dead letter', async () => {
        const { id } = await recorded()
        await store.markReplayed({ id, failures: 1, by: 'request-1', at: NOON })

        await expect(store.discard({ id, by: 'request-2', at: NOON })).rejects.toThrow(DeadLetterSettledError)
        expect(await store.find(id)).toMatchObject({ status: 'replayed', actions: [{ by: 'request-1' }] })
      })

      it('is undone when a concurrent replay fails', async () => {
        const letter = await recorded()
        await store.discard({ id: letter.id, by: 'request-1', at: NOON })

        await store.record([letter])
        expect(await store.find(letter.id)).toMatchObject({ status: 'discarded', failures: 1 })
        await store.record([asFailedAgain(letter)])

        expect(await store.find(letter.id)).toMatchObject({ status: 'open', failures: 2 })
      })

      it('refuses an unknown dead letter', async () => {
        await expect(store.discard({ id: UNKNOWN, by: 'request-1', at: NOON })).rejects.toThrow(NotFoundError)
      })
    })

    describe('listing', () => {
      it('returns the last recorded dead letter first, without headers, body and actions', async () => {
        const cause = { code: uniqueCause(), detail: 'broken' }
        const first = await recorded({ cause })
        const second = await recorded({ cause })

        const { items, nextCursor } = await store.list({ cause: cause.code, limit: 10 })

        const summaryOf = ({ headers: _, body: __, actions: ___, ...summary }: DeadLetter) => summary
        expect(items).toEqual([summaryOf(second), summaryOf(first)])
        expect(nextCursor).toBeUndefined()
      })

      it('filters by status, broker and cause', async () => {
        const cause = { code: uniqueCause(), detail: '' }
        const open = await recorded({ cause })
        const discarded = await recorded({ cause })
        const ofQueue = await recorded({ cause, broker: 'rabbitmq' })
        await store.discard({ id: discarded.id, by: 'request-1', at: NOON })

        expect(await idsOf({ cause: cause.code, status: 'open' })).toEqual([ofQueue.id, open.id])
        expect(await idsOf({ cause: cause.code, status: 'discarded' })).toEqual([discarded.id])
        expect(await idsOf({ cause: cause.code, status: 'replayed' })).toEqual([])
        expect(await idsOf({ cause: cause.code, broker: 'rabbitmq' })).toEqual([ofQueue.id])
      })

      it('returns each dead letter once over all pages', async () => {
        const cause = { code: uniqueCause(), detail: '' }
        const letters = Array.from({ length: 5 }, () => aDeadLetter({ cause }))
        await store.record(letters)

        const pages = await allPages((cursor) => store.list({ cause: cause.code, limit: 2, cursor }))

        expect(pages.map(({ id }) => id)).toEqual(letters.map(({ id }) => id).reverse())
      })

      it('returns each unchanged dead letter once while others fail again, leave the filter or arrive', async () => {
        const cause = { code: uniqueCause(), detail: '' }
        const letters = Array.from({ length: 9 }, () => aDeadLetter({ cause }))
        await store.record(letters)
        const changing = letters.filter((_, index) => index % 3 !== 0)
        const kept = letters.filter((letter) => !changing.includes(letter)).map(({ id }) => id)
        let at = 0

        const items = await allPages(async (cursor) => {
          const page = await store.list({ cause: cause.code, status: 'open', limit: 2, cursor })
          const letter = changing.at(at++)
          if (letter === undefined) return page
          if (at % 2 === 0) await store.discard({ id: letter.id, by: 'request-1', at: NOON })
          else await store.record([{ ...letter, failures: 2 }])
          await recorded({ cause })
          return page
        })

        expect(items.map(({ id }) => id).filter((id) => kept.includes(id))).toEqual(kept.toReversed())
      })

      it('refuses the cursor of another query', async () => {
        const cause = { code: uniqueCause(), detail: '' }
        await store.record([aDeadLetter({ cause }), aDeadLetter({ cause })])
        const { nextCursor } = await store.list({ cause: cause.code, limit: 1 })
        expect(nextCursor).toEqual(expect.any(String))

        const other = store.list({ cause: cause.code, status: 'open', limit: 1, cursor: nextCursor })

        await expect(other).rejects.toThrow(InvalidInputError)
      })
    })

    it('counts the open dead letters of each broker', async () => {
      const before = await store.countOpen()
      const [first, second] = [await recorded(), await recorded()]
      await recorded({ broker: 'rabbitmq' })

      expect(await store.countOpen()).toEqual({ kafka: before.kafka + 2, rabbitmq: before.rabbitmq + 1 })

      await store.discard({ id: first.id, by: 'request-1', at: NOON })
      await store.markReplayed({ id: second.id, failures: 1, by: 'request-1', at: NOON })
      expect(await store.countOpen()).toEqual({ kafka: before.kafka, rabbitmq: before.rabbitmq + 1 })
    })

    const idsOf = async (query: Omit<DeadLetterQuery, 'limit'>) =>
      (await store.list({ ...query, limit: 100 })).items.map(({ id }) => id)
  })
}

/** Separates the dead letters of one test from those of others. */
function uniqueCause(): string {
  return `cause-${aDeadLetter().id}`
}
