import { randomUUID } from 'node:crypto'
import {
  type AcceptedOrder,
  IdempotencyKeyReusedError,
  IllegalTransitionError,
  InvalidInputError,
  MAX_STOCK,
  type NewProduct,
  NotFoundError,
  type Order,
  type Outcome,
  type Product,
  StockLimitError,
} from '@ecommerce/domain'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { afterNoon, aNewProduct, anAcceptedOrder, atNoon, NOON } from '../builders'
import { allPages, ledgerOf, type OpenStores, type Stores } from './stores'

const UNKNOWN = 999_999_999

/** The behaviour of every order store. */
export function describeOrderStore(name: string, open: OpenStores): void {
  describe(`${name} as an order store`, () => {
    let stores: Stores
    beforeAll(async () => {
      stores = await open(atNoon)
    })
    afterAll(() => stores.close())

    const create = (overrides: Partial<NewProduct> = {}) => stores.products.create(aNewProduct(overrides), NOON)
    const stockOf = async ({ id }: Product) => (await stores.products.get(id)).stock
    const anOrderFor = ({ id }: Product, quantity: number, overrides: Partial<AcceptedOrder> = {}) =>
      anAcceptedOrder({ lines: [{ productId: id, quantity }], ...overrides })
    const placeOne = async (order: AcceptedOrder): Promise<Outcome> => {
      const [outcome] = await stores.orders.place([order])
      if (!outcome) throw new Error('no outcome')
      return outcome
    }
    const placeConfirmed = async (order: AcceptedOrder): Promise<Order> => {
      const outcome = await placeOne(order)
      if (outcome.kind !== 'confirmed') throw new Error(`not confirmed: ${outcome.kind}`)
      return outcome.order
    }

    describe('placing orders', () => {
      it('confirms an order with the names and prices of the catalogue and takes its units from stock', async () => {
        const lamp = await create({ name: 'Lamp 💡', priceCents: 250, stock: 5 })
        const chair = await create({ name: 'Chair', priceCents: 1_000, stock: 1 })
        const accepted = anAcceptedOrder({
          channel: 'kafka',
          lines: [
            { productId: chair.id, quantity: 1 },
            { productId: lamp.id, quantity: 2 },
          ],
          acceptedAt: afterNoon(-20),
          consumedAt: afterNoon(-10),
        })

        const order = await placeConfirmed(accepted)

        expect(order).toEqual({
          ...accepted,
          status: 'confirmed',
          lines: [
            { productId: chair.id, quantity: 1, name: 'Chair', unitPriceCents: 1_000 },
            { productId: lamp.id, quantity: 2, name: 'Lamp 💡', unitPriceCents: 250 },
          ],
          totalCents: 1_500,
          committedAt: NOON,
          updatedAt: NOON,
        })
        expect(await stores.orders.find(order.id)).toEqual(order)
        expect(await stores.products.getInventory(lamp.id, { limit: 1 })).toMatchObject({ onHand: 3, sold: 2 })
        expect(await stores.products.getInventory(chair.id, { limit: 1 })).toMatchObject({ onHand: 0, sold: 1 })
      })

      it('records the sale in the ledger and as events', async () => {
        const lamp = await create({ stock: 5 })

        const order = await placeConfirmed(anOrderFor(lamp, 2))

        expect((await ledgerOf(stores.products, lamp.id)).at(-1)).toEqual({
          delta: -2,
          reason: 'order',
          orderId: order.id,
          at: NOON,
        })
        expect(await stores.eventsOf('order', order.id)).toEqual([
          {
            type: 'order_confirmed',
            version: 1,
            aggregate: 'order',
            aggregateId: order.id,
            at: NOON,
            data: {
              id: order.id,
              user_id: order.userId,
              channel: 'sync',
              status: 'confirmed',
              total_cents: 3_998,
              items: [{ product_id: lamp.id, quantity: 2, unit_price_cents: 1_999 }],
            },
          },
        ])
        expect((await stores.eventsOf('product', lamp.id)).at(-1)).toMatchObject({
          type: 'product_stock_changed',
          data: { id: lamp.id, stock: 3, delta: -2 },
        })
      })

      it('keeps the price of the order when the catalogue changes', async () => {
        const lamp = await create({ name: 'Lamp', priceCents: 100 })
        const order = await placeConfirmed(anOrderFor(lamp, 1))

        await stores.products.update({ id: lamp.id, changes: { name: 'Torch', priceCents: 900 }, at: NOON })

        expect(await stores.orders.find(order.id)).toEqual(order)
      })

      it('rejects an order if one line is short, and takes no units', async () => {
        const lamp = await create({ stock: 5 })
        const chair = await create({ stock: 1 })
        const lines = [
          { productId: lamp.id, quantity: 5 },
          { productId: chair.id, quantity: 2 },
        ]

        const outcome = await placeOne(anAcceptedOrder({ lines }))

        expect(outcome).toMatchObject({
          kind: 'rejected',
          order: {
            status: 'rejected',
            reason: 'insufficient-stock',
            shortages: [{ productId: chair.id, requested: 2, available: 1 }],
          },
        })
        expect(await stockOf(lamp)).toBe(5)
        expect(await stockOf(chair)).toBe(1)
        expect(await ledgerOf(stores.products, lamp.id)).toHaveLength(1)
      })

      it('records a rejected order with its reason', async () => {
        const lamp = await create({ stock: 0 })

        const outcome = await placeOne(anOrderFor(lamp, 1))

        const order = outcome.kind === 'rejected' ? outcome.order : undefined
        expect(await stores.orders.find(order?.id ?? '')).toEqual(order)
        expect(await stores.eventsOf('order', order?.id ?? '')).toMatchObject([
          { type: 'order_rejected', data: { reason: 'insufficient-stock' } },
        ])
      })

      it('records nothing of a synchronous order for an unknown product', async () => {
        const order = anAcceptedOrder({ lines: [{ productId: UNKNOWN, quantity: 1 }] })

        const outcome = await placeOne(order)

        expect(outcome).toEqual({ kind: 'unknown-product', productIds: [UNKNOWN] })
        expect(await stores.orders.find(order.id)).toBeUndefined()
        expect(await stores.eventsOf('order', order.id)).toEqual([])
      })

      it.each(['kafka', 'rabbitmq'] as const)(
        'records an order through %s for an unknown product as rejected',
        async (channel) => {
          const order = anAcceptedOrder({ channel, lines: [{ productId: UNKNOWN, quantity: 1 }] })

          const outcome = await placeOne(order)

          expect(outcome).toMatchObject({
            kind: 'unknown-product',
            productIds: [UNKNOWN],
            order: { status: 'rejected', reason: 'unknown-product' },
          })
          expect(await stores.orders.find(order.id)).toMatchObject({
            status: 'rejected',
            reason: 'unknown-product',
            shortages: [{ productId: UNKNOWN, requested: 1, available: 0 }],
          })
        },
      )

      it('treats a deleted product as unknown', async () => {
        const lamp = await create({ stock: 5 })
        await stores.products.delete({ id: lamp.id, at: NOON })

        const outcome = await placeOne(anOrderFor(lamp, 1))

        expect(outcome).toEqual({ kind: 'unknown-product', productIds: [lamp.id] })
      })

      it('allocates the stock of a batch in order of arrival', async () => {
        const lamp = await create({ stock: 5 })

        const outcomes = await stores.orders.place([4, 2, 1].map((quantity) => anOrderFor(lamp, quantity)))

        expect(outcomes.map(({ kind }) => kind)).toEqual(['confirmed', 'rejected', 'confirmed'])
        expect(await stockOf(lamp)).toBe(0)
      })

      it('returns no outcomes for an empty batch', async () => {
        expect(await stores.orders.place([])).toEqual([])
      })
    })

    describe('placing an order twice', () => {
      it('returns the recorded order for a repeated request', async () => {
        const lamp = await create({ stock: 5 })
        const accepted = anOrderFor(lamp, 2)
        const first = await placeConfirmed(accepted)

        const outcome = await placeOne(accepted)

        expect(outcome).toEqual({ kind: 'duplicate', first, sameRequest: true })
        expect(await stockOf(lamp)).toBe(3)
      })

      it('distinguishes another request with the same id', async () => {
        const lamp = await create({ stock: 5 })
        const accepted = anOrderFor(lamp, 2)
        const first = await placeConfirmed(accepted)

        const outcome = await placeOne({ ...accepted, fingerprint: 'b'.repeat(32) })

        expect(outcome).toEqual({ kind: 'duplicate', first, sameRequest: false })
      })

      it('places an id once that occurs twice in a batch', async () => {
        const lamp = await create({ stock: 5 })
        const accepted = anOrderFor(lamp, 2)

        const [first, second] = await stores.orders.place([accepted, accepted])

        expect(first?.kind).toBe('confirmed')
        expect(second).toMatchObject({ kind: 'duplicate', first: { id: accepted.id }, sameRequest: true })
        expect(await stockOf(lamp)).toBe(3)
      })

      it('places the new orders of a batch that also contains recorded orders', async () => {
        const lamp = await create({ stock: 5 })
        const chair = await create({ stock: 5 })
        const recorded = anOrderFor(lamp, 1)
        await placeConfirmed(recorded)

        const outcomes = await stores.orders.place([recorded, anOrderFor(chair, 1)])

        expect(outcomes.map(({ kind }) => kind)).toEqual(['duplicate', 'confirmed'])
        expect([await stockOf(lamp), await stockOf(chair)]).toEqual([4, 4])
      })

      it('returns the current status of the order', async () => {
        const lamp = await create({ stock: 5 })
        const accepted = anOrderFor(lamp, 2)
        await placeConfirmed(accepted)
        await stores.orders.transition({ id: accepted.id, to: 'cancelled', at: NOON })

        const outcome = await placeOne(accepted)

        expect(outcome).toMatchObject({ kind: 'duplicate', first: { status: 'cancelled' } })
        expect(await stockOf(lamp)).toBe(5)
      })
    })

    describe('finding orders', () => {
      it.each([randomUUID(), '', "' OR 1=1 --", '日本', '💡', 'A'.repeat(64)])('finds no order %j', async (id) => {
        expect(await stores.orders.find(id)).toBeUndefined()
        expect(await stores.orders.findStatusChanges(id)).toEqual([])
      })

      it('lists newest first, by user, status and channel', async () => {
        const lamp = await create({ stock: 5 })
        const userId = `user ${randomUUID()}`
        const first = await placeConfirmed(anOrderFor(lamp, 1, { userId, channel: 'kafka' }))
        const second = await placeConfirmed(anOrderFor(lamp, 1, { userId, channel: 'rabbitmq' }))
        await placeOne(anOrderFor(lamp, 9, { userId, channel: 'kafka' }))
        const shipped = await stores.orders.transition({ id: second.id, to: 'shipped', at: NOON })

        const idsOf = async (query: object) =>
          (await stores.orders.list({ userId, limit: 9, ...query })).items.map(({ id }) => id)

        expect((await stores.orders.list({ userId, limit: 9 })).items.slice(1)).toEqual([shipped, first])
        expect(await idsOf({ status: 'confirmed' })).toEqual([first.id])
        expect(await idsOf({ channel: 'rabbitmq' })).toEqual([second.id])
        expect(await idsOf({ channel: 'kafka', status: 'confirmed' })).toEqual([first.id])
        expect(await idsOf({ userId: userId.toUpperCase() })).toEqual([])
      })

      it('loses and repeats no order over the pages while orders arrive', async () => {
        const lamp = await create({ stock: 100 })
        const userId = `user ${randomUUID()}`
        const placed = await stores.orders.place(Array.from({ length: 5 }, () => anOrderFor(lamp, 1, { userId })))
        const expected = placed.flatMap((outcome) => ('order' in outcome && outcome.order ? [outcome.order.id] : []))

        const items = await allPages(async (cursor) => {
          const page = await stores.orders.list({ userId, limit: 2, cursor })
          await placeConfirmed(anOrderFor(lamp, 1, { userId }))
          return page
        })

        expect(items.map(({ id }) => id)).toEqual(expected.reverse())
      })

      it('loses and repeats no unchanged order while others leave the filter between the pages', async () => {
        const lamp = await create({ stock: 100 })
        const userId = `user ${randomUUID()}`
        const orders = Array.from({ length: 8 }, () => anOrderFor(lamp, 1, { userId }))
        await stores.orders.place(orders)
        const shipped = orders.filter((_, index) => index % 2 === 1).map(({ id }) => id)
        const kept = orders.map(({ id }) => id).filter((id) => !shipped.includes(id))

        const items = await allPages(async (cursor) => {
          const page = await stores.orders.list({ userId, status: 'confirmed', limit: 2, cursor })
          const id = shipped.pop()
          if (id !== undefined) await stores.orders.transition({ id, to: 'shipped', at: NOON })
          return page
        })

        expect(items.map(({ id }) => id).filter((id) => kept.includes(id))).toEqual(kept.toReversed())
      })

      it('finds and lists only the orders of a given owner', async () => {
        const lamp = await create({ stock: 5 })
        const [owner, stranger] = [randomUUID(), randomUUID()]
        const { id } = await placeConfirmed(anOrderFor(lamp, 1, { userId: owner, placedBy: 'clerk' }))

        expect(await stores.orders.find(id, owner)).toMatchObject({ id, userId: owner, placedBy: 'clerk' })
        expect(await stores.orders.find(id, stranger)).toBeUndefined()
        expect(await stores.orders.find(id, '')).toBeUndefined()
        expect(await stores.orders.list({ userId: stranger, limit: 5 })).toEqual({ items: [] })
        expect(await stores.orders.list({ userId: owner, limit: 5 })).toMatchObject({ items: [{ placedBy: 'clerk' }] })
      })

      it('refuses the cursor of another query, and an invalid one', async () => {
        const lamp = await create({ stock: 5 })
        const userId = `user ${randomUUID()}`
        await stores.orders.place([anOrderFor(lamp, 1, { userId }), anOrderFor(lamp, 1, { userId })])
        const { nextCursor } = await stores.orders.list({ userId, limit: 1 })

        const refused = [
          stores.orders.list({ userId, status: 'confirmed', limit: 1, cursor: nextCursor }),
          stores.orders.list({ userId, limit: 1, cursor: 'x' }),
        ]

        expect(nextCursor).toBeDefined()
        await Promise.all(refused.map((page) => expect(page).rejects.toThrow(InvalidInputError)))
      })
    })

    describe('changing the status of orders', () => {
      it('has no status changes for an order that was only placed', async () => {
        const order = await placeConfirmed(anOrderFor(await create(), 1))

        expect(await stores.orders.findStatusChanges(order.id)).toEqual([])
      })

      it('changes the status, and keeps times and notes', async () => {
        const order = await placeConfirmed(anOrderFor(await create(), 1))

        const { id } = order
        const shipped = await stores.orders.transition({ id, to: 'shipped', note: 'by ship', at: afterNoon(1) })
        const delivered = await stores.orders.transition({ id, to: 'delivered', at: afterNoon(2) })

        expect(shipped).toEqual({ ...order, status: 'shipped', updatedAt: afterNoon(1) })
        expect(delivered).toEqual({ ...order, status: 'delivered', updatedAt: afterNoon(2) })
        expect(await stores.orders.find(id)).toEqual(delivered)
        expect(await stores.orders.findStatusChanges(id)).toEqual([
          { status: 'shipped', note: 'by ship', at: afterNoon(1) },
          { status: 'delivered', at: afterNoon(2) },
        ])
        expect((await stores.eventsOf('order', id)).map(({ type }) => type)).toEqual([
          'order_confirmed',
          'order_shipped',
          'order_delivered',
        ])
      })

      it('counts orders by channel and current status', async () => {
        const count = async () => {
          const counts: Record<string, number> = {}
          for (const { channel, status, orders } of await stores.orders.count()) {
            counts[`${channel} ${status}`] = (counts[`${channel} ${status}`] ?? 0) + orders
          }
          return counts
        }
        const product = await create({ stock: 3 })
        const before = await count()
        const [first, second, third, fourth] = [1, 1, 1, 1].map((quantity, at) =>
          anOrderFor(product, quantity, { channel: at === 0 ? 'rabbitmq' : 'kafka' }),
        ) as [AcceptedOrder, AcceptedOrder, AcceptedOrder, AcceptedOrder]

        await stores.orders.place([first, second, third, fourth])
        await stores.orders.place([first])
        await stores.orders.transition({ id: second.id, to: 'cancelled', at: afterNoon(1) })
        await stores.orders.transition({ id: third.id, to: 'shipped', at: afterNoon(1) })
        await expect(
          stores.orders.transition({ id: third.id, to: 'cancelled', at: afterNoon(2) }),
        ).rejects.toBeInstanceOf(IllegalTransitionError)

        const after = await count()
        const changed = Object.keys(after).filter((key) => after[key] !== (before[key] ?? 0))
        expect(Object.fromEntries(changed.map((key) => [key, (after[key] ?? 0) - (before[key] ?? 0)]))).toEqual({
          'rabbitmq confirmed': 1,
          'kafka cancelled': 1,
          'kafka shipped': 1,
          'kafka rejected': 1,
        })
      })

      it('refuses an illegal transition and changes nothing', async () => {
        const order = await placeConfirmed(anOrderFor(await create(), 1))

        const move = stores.orders.transition({ id: order.id, to: 'delivered', at: afterNoon(1) })

        await expect(move).rejects.toThrow(new IllegalTransitionError('confirmed', 'delivered'))
        expect(await stores.orders.find(order.id)).toEqual(order)
        expect(await stores.orders.findStatusChanges(order.id)).toEqual([])
      })

      it.each([randomUUID(), '日本'])('refuses the order %j, which is not recorded', async (id) => {
        const move = stores.orders.transition({ id, to: 'shipped', at: NOON })

        await expect(move).rejects.toThrow(NotFoundError)
      })

      it('makes a transition once for an idempotency key, and returns the order as it was then', async () => {
        const lamp = await create({ stock: 5 })
        const { id } = await placeConfirmed(anOrderFor(lamp, 2))
        const ship = { id, to: 'shipped', note: 'by ship', idempotencyKey: 'ship-1' } as const
        const first = await stores.orders.transition({ ...ship, at: afterNoon(1) })
        await stores.orders.transition({ id, to: 'delivered', at: afterNoon(2) })

        const again = await stores.orders.transition({ ...ship, at: afterNoon(3) })

        expect(again).toEqual(first)
        expect(await stores.orders.find(id)).toMatchObject({ status: 'delivered', updatedAt: afterNoon(2) })
        expect(await stores.orders.findStatusChanges(id)).toHaveLength(2)
      })

      it('cancels once when many requests with one key arrive together', async () => {
        const lamp = await create({ stock: 5 })
        const { id } = await placeConfirmed(anOrderFor(lamp, 2))

        const cancelled = await Promise.all(
          Array.from({ length: 8 }, (_, index) =>
            stores.orders.transition({ id, to: 'cancelled', idempotencyKey: 'cancel-1', at: afterNoon(index) }),
          ),
        )

        expect(new Set(cancelled.map((order) => JSON.stringify(order))).size).toBe(1)
        expect(await stockOf(lamp)).toBe(5)
      })

      it.each([
        { what: 'status', other: { to: 'delivered', note: 'by ship' } },
        { what: 'note', other: { to: 'shipped', note: 'by train' } },
        { what: 'absent note', other: { to: 'shipped' } },
      ] as const)('refuses an idempotency key that was used with another $what', async ({ other }) => {
        const { id } = await placeConfirmed(anOrderFor(await create(), 1))
        await stores.orders.transition({ id, to: 'shipped', note: 'by ship', idempotencyKey: 'k', at: NOON })

        const move = stores.orders.transition({ id, ...other, idempotencyKey: 'k', at: NOON })

        await expect(move).rejects.toThrow(IdempotencyKeyReusedError)
        expect(await stores.orders.find(id)).toMatchObject({ status: 'shipped' })
      })

      it('uses the idempotency keys of each order separately, and not for a refused transition', async () => {
        const lamp = await create({ stock: 5 })
        const [one, other] = [await placeConfirmed(anOrderFor(lamp, 1)), await placeConfirmed(anOrderFor(lamp, 1))]
        const key = { idempotencyKey: 'k', at: NOON }
        const illegal = stores.orders.transition({ id: one.id, to: 'delivered', ...key })
        await expect(illegal).rejects.toThrow(IllegalTransitionError)

        for (const { id } of [one, other]) {
          expect(await stores.orders.transition({ id, to: 'shipped', ...key })).toMatchObject({ id, status: 'shipped' })
        }
      })

      it('changes no order of another owner', async () => {
        const lamp = await create({ stock: 5 })
        const { id, userId } = await placeConfirmed(anOrderFor(lamp, 1))
        const cancel = (onlyFor: string) => stores.orders.transition({ id, to: 'cancelled', at: NOON, onlyFor })

        await expect(cancel('stranger')).rejects.toThrow(NotFoundError)
        expect(await stores.orders.find(id)).toMatchObject({ status: 'confirmed' })
        expect(await cancel(userId)).toMatchObject({ status: 'cancelled' })
      })

      it('records who has changed the status, and uses the idempotency keys of each caller separately', async () => {
        const lamp = await create({ stock: 5 })
        const { id } = await placeConfirmed(anOrderFor(lamp, 1))
        const move = (to: 'shipped' | 'delivered', actedBy?: string) =>
          stores.orders.transition({ id, to, at: NOON, idempotencyKey: 'key', actedBy })

        await move('shipped', 'ann')
        expect(await move('delivered', 'bob')).toMatchObject({ status: 'delivered' })
        expect(await move('shipped', 'ann')).toMatchObject({ status: 'shipped' })
        await expect(move('shipped', 'bob')).rejects.toThrow(IdempotencyKeyReusedError)
        await expect(move('shipped')).rejects.toThrow(IllegalTransitionError)
        expect(await stores.orders.findStatusChanges(id)).toMatchObject([
          { status: 'shipped', actedBy: 'ann' },
          { status: 'delivered', actedBy: 'bob' },
        ])
      })

      it('never sets the time of an order back, although the clock of another machine is ahead', async () => {
        const { id } = await placeConfirmed(anOrderFor(await create(), 1))
        await stores.orders.transition({ id, to: 'shipped', at: afterNoon(60_000) })

        const delivered = await stores.orders.transition({ id, to: 'delivered', at: afterNoon(1) })

        expect(delivered.updatedAt).toEqual(afterNoon(60_000))
        expect((await stores.orders.findStatusChanges(id)).map(({ at }) => at)).toEqual([
          afterNoon(60_000),
          afterNoon(60_000),
        ])
      })

      it('returns units above the stock limit, and they can be sold and removed again', async () => {
        const lamp = await create({ stock: MAX_STOCK })
        const { id } = await placeConfirmed(anOrderFor(lamp, 10))
        await stores.products.adjustStock({ productId: lamp.id, delta: 10, note: 'delivery' }, NOON)

        await stores.orders.transition({ id, to: 'cancelled', at: NOON })

        expect(await stockOf(lamp)).toBe(MAX_STOCK + 10)
        const raise = stores.products.adjustStock({ productId: lamp.id, delta: 1, note: 'found' }, NOON)
        await expect(raise).rejects.toThrow(StockLimitError)
        await placeConfirmed(anOrderFor(lamp, 4))
        await stores.products.adjustStock({ productId: lamp.id, delta: -1, note: 'broken' }, NOON)
        expect(await stockOf(lamp)).toBe(MAX_STOCK + 5)
      })

      it('returns the units of a cancelled order to stock', async () => {
        const lamp = await create({ stock: 5 })
        const { id } = await placeConfirmed(anOrderFor(lamp, 2))

        await stores.orders.transition({ id, to: 'cancelled', note: 'changed my mind', at: afterNoon(1) })

        expect(await stores.products.getInventory(lamp.id, { limit: 1 })).toMatchObject({
          onHand: 5,
          sold: 0,
          ledger: { items: [{ delta: 2, reason: 'cancellation', orderId: id, at: afterNoon(1) }] },
        })
        expect((await stores.eventsOf('product', lamp.id)).at(-1)).toMatchObject({
          type: 'product_stock_changed',
          data: { stock: 5, delta: 2 },
        })
        expect((await stores.eventsOf('order', id)).at(-1)).toMatchObject({ type: 'order_cancelled' })
      })

      it('returns the units once when many calls cancel at the same time', async () => {
        const lamp = await create({ stock: 5 })
        const { id } = await placeConfirmed(anOrderFor(lamp, 2))

        const cancellations = await Promise.allSettled(
          Array.from({ length: 8 }, () => stores.orders.transition({ id, to: 'cancelled', at: NOON })),
        )

        const refused = cancellations.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
        expect(refused).toHaveLength(7)
        for (const error of refused) expect(error).toBeInstanceOf(IllegalTransitionError)
        expect(await stockOf(lamp)).toBe(5)
      })

      it('returns units to products that were deleted after the order', async () => {
        const lamp = await create({ stock: 5 })
        const { id } = await placeConfirmed(anOrderFor(lamp, 2))
        await stores.products.delete({ id: lamp.id, at: NOON })

        await stores.orders.transition({ id, to: 'cancelled', at: NOON })

        expect(await stores.products.getInventory(lamp.id, { limit: 1 })).toMatchObject({ onHand: 5, sold: 0 })
      })

      it('returns no units for a rejected order, because it cannot be cancelled', async () => {
        const lamp = await create({ stock: 1 })
        const order = anOrderFor(lamp, 2)
        await placeOne(order)

        const cancellation = stores.orders.transition({ id: order.id, to: 'cancelled', at: NOON })

        await expect(cancellation).rejects.toThrow(IllegalTransitionError)
        expect(await stockOf(lamp)).toBe(1)
      })
    })
  })
}
