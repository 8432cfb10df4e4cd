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

/** What every dead-letter store keeps, whatever it keeps it in. It may hold what other tests wrote. */
export function describeDeadLetterStore(name: string, open: OpenDeadLetterStore): void {
  describe(`${name} as a dead-letter store`, () => {
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

    describe('records', () => {
      it('a letter with all that is known of it', async () => {
        const letter = await recorded({ headers: { traceparent: '00-1-2-03', 'x-note': '"Ölkanne" 💡' } })

        expect(await store.find(letter.id)).toEqual(letter)
      })

      it('a letter of a queue, which has neither position nor key', async () => {
        const letter = await recorded({ broker: 'rabbitmq', position: undefined, key: undefined, headers: {} })

        expect(await store.find(letter.id)).toEqual(letter)
      })

      it.each([
        ['no bytes at all', Buffer.alloc(0)],
        ['every byte there is', Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))],
        ['what SQL means something by', Buffer.from(`'"\\\0?; DROP TABLE dead_letters; --`)],
        ['a megabyte', Buffer.alloc(1_048_576, 0xfe)],
      ])('a body of %s', async (_, body) => {
        const { id } = await recorded({ body })

        const found = await store.find(id)
        expect(found?.body.equals(body)).toBe(true)
      })

      it('texts that are longer than anybody would send', async () => {
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

      it('a whole batch, also when it brings one letter twice', async () => {
        const [first, second] = [aDeadLetter(), aDeadLetter()]

        await store.record([first, second, first])

        expect(await store.find(first.id)).toEqual(first)
        expect(await store.find(second.id)).toEqual(second)
      })

      it('an empty batch, which is nothing to do', async () => {
        await expect(store.record([])).resolves.toBeUndefined()
      })

      it('a letter once, however many bring it at the same time', async () => {
        const letter = aDeadLetter({ cause: { code: uniqueCause(), detail: '' } })

        await Promise.all(Array.from({ length: 10 }, () => store.record([letter, letter])))

        expect(await idsOf({ cause: letter.cause.code })).toEqual([letter.id])
        expect(await store.find(letter.id)).toEqual(letter)
      })

      it('nothing new when a failure that is counted comes again', async () => {
        const letter = await recorded()

        await store.record([{ ...asFailedAgain(letter), failures: 1 }])

        expect(await store.find(letter.id)).toEqual(letter)
      })

      it('a further failure: its cause, its place, and one more in the count', async () => {
        const letter = await recorded()

        await store.record([asFailedAgain(letter)])

        expect(await store.find(letter.id)).toEqual({ ...asFailedAgain(letter), firstFailedAt: NOON })
      })
    })

    it('knows nothing of a letter that was never recorded', async () => {
      expect(await store.find(UNKNOWN)).toBeUndefined()
    })

    describe('marks as replayed', () => {
      it('a letter, with who did it and when', async () => {
        const letter = await recorded()

        const marked = await store.markReplayed({ id: letter.id, failures: 1, by: 'request-1', at: afterNoon(5) })

        const action = { kind: 'replayed', by: 'request-1', at: afterNoon(5) }
        expect(marked).toEqual({ ...letter, status: 'replayed', actions: [action] })
        expect(await store.find(letter.id)).toEqual(marked)
      })

      it('and opens again when the message fails again, with every action in its history', async () => {
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

      it('but leaves open what has failed again before it could be marked', async () => {
        const letter = await recorded()
        await store.record([asFailedAgain(letter)])

        const marked = await store.markReplayed({ id: letter.id, failures: 1, by: 'request-1', at: NOON })

        expect(marked).toMatchObject({ status: 'open', failures: 2, actions: [{ kind: 'replayed', by: 'request-1' }] })
        expect(await store.find(letter.id)).toEqual(marked)
      })

      it('and stays so when the failure before comes again', async () => {
        const letter = await recorded()
        await store.markReplayed({ id: letter.id, failures: 1, by: 'request-1', at: NOON })

        await store.record([letter])

        expect(await store.find(letter.id)).toMatchObject({ status: 'replayed', failures: 1 })
      })

      it('nothing that is not there', async () => {
        const replay = store.markReplayed({ id: UNKNOWN, failures: 1, by: 'request-1', at: NOON })

        await expect(replay).rejects.toThrow(NotFoundError)
      })
    })

    describe('discards', () => {
      it('a letter, with who did it and when', async () => {
        const letter = await recorded()

        await store.discard({ id: letter.id, by: 'request-1', at: afterNoon(5) })

        expect(await store.find(letter.id)).toEqual({
          ...letter,
          status: 'discarded',
          actions: [{ kind: 'discarded', by: 'request-1', at: afterNoon(5) }],
        })
      })

      it('a letter once, of many who try at the same time', async () => {
        const { id } = await recorded()
        const tries = Array.from({ length: 5 }, (_, index) => store.discard({ id, by: `request-${index}`, at: NOON }))

        const results = await Promise.allSettled(tries)

        const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
        expect(refused).toEqual(Array.from({ length: 4 }, () => expect.any(DeadLetterSettledError)))
        expect((await store.find(id))?.actions).toHaveLength(1)
      })

      it('none that was replayed', async () => {
        const { id } = await recorded()
        await store.markReplayed({ id, failures: 1, by: 'request-1', at: NOON })

        await expect(store.discard({ id, by: 'request-2', at: NOON })).rejects.toThrow(DeadLetterSettledError)
        expect(await store.find(id)).toMatchObject({ status: 'replayed', actions: [{ by: 'request-1' }] })
      })

      it('and opens again when a replay that was on its way fails', async () => {
        const letter = await recorded()
        await store.discard({ id: letter.id, by: 'request-1', at: NOON })

        await store.record([letter])
        expect(await store.find(letter.id)).toMatchObject({ status: 'discarded', failures: 1 })
        await store.record([asFailedAgain(letter)])

        expect(await store.find(letter.id)).toMatchObject({ status: 'open', failures: 2 })
      })

      it('nothing that is not there', async () => {
        await expect(store.discard({ id: UNKNOWN, by: 'request-1', at: NOON })).rejects.toThrow(NotFoundError)
      })
    })

    describe('lists', () => {
      it('what was recorded last first, without what is inside', async () => {
        const cause = { code: uniqueCause(), detail: 'broken' }
        const first = await recorded({ cause })
        const second = await recorded({ cause })

        const { items, nextCursor } = await store.list({ cause: cause.code, limit: 10 })

        const summaryOf = ({ headers: _, body: __, actions: ___, ...summary }: DeadLetter) => summary
        expect(items).toEqual([summaryOf(second), summaryOf(first)])
        expect(nextCursor).toBeUndefined()
      })

      it('by status, broker and cause', async () => {
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

      it('page by page, each letter once', async () => {
        const cause = { code: uniqueCause(), detail: '' }
        const letters = Array.from({ length: 5 }, () => aDeadLetter({ cause }))
        await store.record(letters)

        const pages = await allPages((cursor) => store.list({ cause: cause.code, limit: 2, cursor }))

        expect(pages.map(({ id }) => id)).toEqual(letters.map(({ id }) => id).reverse())
      })

      it('nothing for a cursor of another query', async () => {
        const cause = { code: uniqueCause(), detail: '' }
        await store.record([aDeadLetter({ cause }), aDeadLetter({ cause })])
        const { nextCursor } = await store.list({ cause: cause.code, limit: 1 })
        expect(nextCursor).toEqual(expect.any(String))

        const other = store.list({ cause: cause.code, status: 'open', limit: 1, cursor: nextCursor })

        await expect(other).rejects.toThrow(InvalidInputError)
      })
    })

    it('counts those of each broker that nobody has settled', async () => {
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

/** Sets the letters of one test apart from those of others. */
function uniqueCause(): string {
  return `cause-${aDeadLetter().id}`
}
