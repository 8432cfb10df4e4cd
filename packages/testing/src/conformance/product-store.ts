import { randomUUID } from 'node:crypto'
import {
  IdempotencyKeyReusedError,
  InvalidInputError,
  MAX_STOCK,
  type NewProduct,
  NotFoundError,
  type Product,
  type ProductSort,
  StockLimitError,
  VersionMismatchError,
} from '@ecommerce/domain'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { afterNoon, aNewProduct, atNoon, NOON } from '../builders'
import { itPagesThroughProducts } from './product-paging'
import { allPages, ledgerOf, type OpenStores, type Stores } from './stores'

const UNKNOWN = 999_999_999

const atVersion = (expected: number) => (stored: Product) => stored.version === expected

/** The behaviour of every product store. */
export function describeProductStore(name: string, open: OpenStores): void {
  describe(`${name} as a product store`, () => {
    let stores: Stores
    beforeAll(async () => {
      stores = await open(atNoon)
    })
    afterAll(() => stores.close())

    const create = (overrides: Partial<NewProduct> = {}) => stores.products.create(aNewProduct(overrides), NOON)
    /** Creates products in a new category, so that lists show no others. */
    const createShelf = async (...products: Partial<NewProduct>[]) => {
      const category = `shelf ${randomUUID()}`
      for (const product of products) await create({ ...product, category })
      return category
    }
    const namesOf = async (query: Parameters<Stores['products']['list']>[0]) =>
      (await stores.products.list(query)).items.map(({ name }) => name)

    describe('storing products', () => {
      it('returns a created product as version 1', async () => {
        const created = await create({ name: 'Lamp 💡', description: '', priceCents: 0 })

        expect(created).toEqual({
          ...aNewProduct({ name: 'Lamp 💡', description: '', priceCents: 0 }),
          id: created.id,
          version: 1,
          createdAt: NOON,
          updatedAt: NOON,
        })
        expect(await stores.products.get(created.id)).toEqual(created)
      })

      it('records an event for a created product', async () => {
        const { id } = await create({ name: 'Lamp' })

        const [event, ...more] = await stores.eventsOf('product', id)
        expect(event).toMatchObject({ type: 'product_created', version: 1, at: NOON, data: { id, name: 'Lamp' } })
        expect(more).toEqual([])
      })

      it('finds no product that was never created', async () => {
        await expect(stores.products.get(UNKNOWN)).rejects.toThrow(NotFoundError)
      })

      it('changes the given members and increases the version', async () => {
        const created = await create()

        const updated = await stores.products.update({ id: created.id, changes: { priceCents: 5 }, at: afterNoon(1) })

        expect(updated).toEqual({ ...created, priceCents: 5, version: 2, updatedAt: afterNoon(1) })
        expect(await stores.products.get(created.id)).toEqual(updated)
        expect((await stores.eventsOf('product', created.id)).at(-1)).toMatchObject({
          type: 'product_updated',
          at: afterNoon(1),
          data: { id: created.id, price_cents: 5, version: 2 },
        })
      })

      it('accepts the current stock with a change, and no other', async () => {
        const { id } = await create({ stock: 5 })

        const updated = await stores.products.update({ id, changes: { name: 'Torch', stock: 5 }, at: NOON })
        const refused = stores.products.update({ id, changes: { name: 'Candle', stock: 6 }, at: NOON })

        expect(updated).toMatchObject({ name: 'Torch', stock: 5, version: 2 })
        await expect(refused).rejects.toThrow(InvalidInputError)
        expect(await stores.products.get(id)).toEqual(updated)
      })

      it('changes a product that has the expected version', async () => {
        const { id } = await create()

        const updated = await stores.products.update({
          id,
          changes: { name: 'Torch' },
          condition: atVersion(1),
          at: NOON,
        })

        expect(updated).toMatchObject({ name: 'Torch', version: 2 })
      })

      it('refuses a change with an older expected version, and names the current one', async () => {
        const { id } = await create()
        const current = await stores.products.update({ id, changes: { name: 'Torch' }, at: NOON })

        const late = stores.products.update({ id, changes: { name: 'Candle' }, condition: atVersion(1), at: NOON })

        await expect(late).rejects.toThrow(new VersionMismatchError(2))
        await expect(late).rejects.toMatchObject({ currentVersion: 2 })
        expect(await stores.products.get(id)).toEqual(current)
      })

      it('makes one of many changes with the same expected version', async () => {
        const { id } = await create()

        const changes = await Promise.allSettled(
          Array.from({ length: 8 }, (_, index) =>
            stores.products.update({ id, changes: { name: `Lamp ${index}` }, condition: atVersion(1), at: NOON }),
          ),
        )

        expect(changes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
        expect(await stores.products.get(id)).toMatchObject({ version: 2 })
      })

      it('refuses to change a product that does not exist', async () => {
        const update = stores.products.update({ id: UNKNOWN, changes: { name: 'Torch' }, at: NOON })

        await expect(update).rejects.toThrow(NotFoundError)
      })
    })

    describe('deleting products', () => {
      it('hides a deleted product and keeps its inventory readable', async () => {
        const category = await createShelf({ stock: 3 })
        const [product] = (await stores.products.list({ category, limit: 1 })).items
        const id = product?.id ?? UNKNOWN

        await stores.products.delete({ id, at: afterNoon(1) })

        await expect(stores.products.get(id)).rejects.toThrow(NotFoundError)
        expect(await stores.products.list({ category, limit: 1 })).toEqual({ items: [] })
        expect(await stores.products.getInventory(id, { limit: 1 })).toMatchObject({ onHand: 3, sold: 0 })
        expect((await stores.eventsOf('product', id)).at(-1)).toMatchObject({
          type: 'product_deleted',
          at: afterNoon(1),
          data: { id },
        })
      })

      it('refuses to change, adjust or delete a deleted product', async () => {
        const { id } = await create()
        await stores.products.delete({ id, at: NOON })

        const attempts = [
          stores.products.update({ id, changes: { name: 'Torch' }, at: NOON }),
          stores.products.adjustStock({ productId: id, delta: 1, note: 'found' }, NOON),
          stores.products.delete({ id, at: NOON }),
        ]

        await Promise.all(attempts.map((attempt) => expect(attempt).rejects.toThrow(NotFoundError)))
      })

      it('refuses to delete a product of another version than expected', async () => {
        const { id } = await create()

        const late = stores.products.delete({ id, condition: atVersion(7), at: NOON })

        await expect(late).rejects.toThrow(new VersionMismatchError(1))
        expect(await stores.products.get(id)).toMatchObject({ id })
      })
    })

    describe('keeping stock', () => {
      it('starts the ledger with the initial stock', async () => {
        const { id } = await create({ stock: 7 })

        expect(await stores.products.getInventory(id, { limit: 10 })).toEqual({
          productId: id,
          onHand: 7,
          sold: 0,
          ledger: { items: [{ delta: 7, reason: 'initial', at: NOON }] },
        })
      })

      it('has an empty ledger for a product without stock', async () => {
        const { id } = await create({ stock: 0 })

        expect(await ledgerOf(stores.products, id)).toEqual([])
      })

      it('adjusts stock up and down, with a note in the ledger', async () => {
        const { id } = await create({ stock: 5 })

        const up = await stores.products.adjustStock({ productId: id, delta: 4, note: 'delivery' }, afterNoon(1))
        const down = await stores.products.adjustStock({ productId: id, delta: -9, note: 'flood' }, afterNoon(2))

        expect([up, down]).toEqual([
          { onHand: 9, at: afterNoon(1) },
          { onHand: 0, at: afterNoon(2) },
        ])
        expect(await ledgerOf(stores.products, id)).toEqual([
          { delta: 5, reason: 'initial', at: NOON },
          { delta: 4, reason: 'adjustment', note: 'delivery', at: afterNoon(1) },
          { delta: -9, reason: 'adjustment', note: 'flood', at: afterNoon(2) },
        ])
        expect(await stores.products.get(id)).toMatchObject({ stock: 0, version: 1 })
      })

      it('records an event for changed stock', async () => {
        const { id } = await create({ stock: 5 })

        await stores.products.adjustStock({ productId: id, delta: -2, note: 'broken' }, afterNoon(1))

        expect((await stores.eventsOf('product', id)).at(-1)).toMatchObject({
          type: 'product_stock_changed',
          at: afterNoon(1),
          data: { id, stock: 3, delta: -2 },
        })
      })

      it.each([
        { delta: -6, why: 'less than nothing' },
        { delta: MAX_STOCK, why: 'more than can be counted' },
      ])('refuses to leave $why on hand', async ({ delta }) => {
        const { id } = await create({ stock: 5 })

        const adjustment = stores.products.adjustStock({ productId: id, delta, note: 'wrong' }, NOON)

        await expect(adjustment).rejects.toThrow(StockLimitError)
        expect(await stores.products.getInventory(id, { limit: 10 })).toMatchObject({
          onHand: 5,
          ledger: { items: [{ reason: 'initial' }] },
        })
      })

      it('counts each of many concurrent adjustments', async () => {
        const { id } = await create({ stock: 0 })

        await Promise.all(
          Array.from({ length: 20 }, () =>
            stores.products.adjustStock({ productId: id, delta: 1, note: 'found' }, NOON),
          ),
        )

        expect(await stores.products.get(id)).toMatchObject({ stock: 20 })
        expect(await ledgerOf(stores.products, id)).toHaveLength(20)
      })

      it('has no inventory for a product that was never created', async () => {
        await expect(stores.products.getInventory(UNKNOWN, { limit: 1 })).rejects.toThrow(NotFoundError)
        const adjustment = stores.products.adjustStock({ productId: UNKNOWN, delta: 1, note: 'found' }, NOON)
        await expect(adjustment).rejects.toThrow(NotFoundError)
      })

      it('returns the ledger in pages, newest entry first', async () => {
        const { id } = await create({ stock: 1 })
        for (const delta of [2, 3, 4, 5]) {
          await stores.products.adjustStock({ productId: id, delta, note: 'delivery' }, NOON)
        }

        const entries = await allPages((cursor) =>
          stores.products.getInventory(id, { limit: 2, cursor }).then(({ ledger }) => ledger),
        )

        expect(entries.map(({ delta }) => delta)).toEqual([5, 4, 3, 2, 1])
      })

      it('returns each entry of the ledger once while stock is adjusted between the pages', async () => {
        const { id: productId } = await create({ stock: 1 })
        const adjust = (note: string) => stores.products.adjustStock({ productId, delta: 1, note }, NOON)
        for (const note of ['a', 'b', 'c', 'd']) await adjust(note)

        const entries = await allPages(async (cursor) => {
          const { ledger } = await stores.products.getInventory(productId, { limit: 2, cursor })
          await adjust('later')
          return ledger
        })

        expect(entries.map(({ note }) => note)).toEqual(['d', 'c', 'b', 'a', undefined])
      })

      it('refuses the ledger cursor of another product', async () => {
        const { id } = await create({ stock: 1 })
        const { id: otherId } = await create({ stock: 1 })
        await stores.products.adjustStock({ productId: id, delta: 1, note: 'delivery' }, NOON)
        const { ledger } = await stores.products.getInventory(id, { limit: 1 })

        const page = stores.products.getInventory(otherId, { limit: 1, cursor: ledger.nextCursor })

        expect(ledger.nextCursor).toBeDefined()
        await expect(page).rejects.toThrow(InvalidInputError)
      })
    })

    describe('repeating a request with an idempotency key', () => {
      const aRequest = (fingerprint = 'a'.repeat(32)) => ({ key: randomUUID(), fingerprint })

      it('creates one product, and returns it as it was created', async () => {
        const request = aRequest()
        const details = aNewProduct({ name: 'Lamp 💡', stock: 3 })
        const first = await stores.products.create(details, NOON, request)
        await stores.products.update({ id: first.id, changes: { name: 'Torch' }, at: afterNoon(1) })
        await stores.products.delete({ id: first.id, at: afterNoon(2) })

        const again = await stores.products.create(details, afterNoon(3), request)

        expect(again).toEqual(first)
        expect(await ledgerOf(stores.products, first.id)).toHaveLength(1)
        expect(await stores.eventsOf('product', first.id)).toHaveLength(3)
      })

      it('creates one product when many requests arrive together', async () => {
        const request = aRequest()
        const category = `shelf ${randomUUID()}`

        const created = await Promise.all(
          Array.from({ length: 12 }, () => stores.products.create(aNewProduct({ category }), NOON, request)),
        )

        expect(new Set(created.map(({ id }) => id)).size).toBe(1)
        expect((await stores.products.list({ category, limit: 9 })).items).toEqual([created[0]])
      })

      it('adjusts stock once, and returns the first result, whatever happened since', async () => {
        const request = aRequest()
        const { id: productId } = await create({ stock: 5 })
        const adjustment = { productId, delta: 4, note: 'delivery' }
        await stores.products.adjustStock(adjustment, afterNoon(1), request)
        await stores.products.adjustStock({ productId, delta: -9, note: 'flood' }, afterNoon(2))
        await stores.products.delete({ id: productId, at: afterNoon(3) })

        const again = await stores.products.adjustStock(adjustment, afterNoon(4), request)

        expect(again).toEqual({ onHand: 9, at: afterNoon(1) })
        expect((await ledgerOf(stores.products, productId)).map(({ delta }) => delta)).toEqual([5, 4, -9])
      })

      it('adjusts stock once when many requests arrive together', async () => {
        const request = aRequest()
        const { id: productId } = await create({ stock: 0 })

        const results = await Promise.all(
          Array.from({ length: 12 }, (_, index) =>
            stores.products.adjustStock({ productId, delta: 7, note: 'delivery' }, afterNoon(index), request),
          ),
        )

        expect(new Set(results.map((result) => JSON.stringify(result))).size).toBe(1)
        expect(await stores.products.getInventory(productId, { limit: 9 })).toMatchObject({ onHand: 7 })
      })

      it('refuses another request with the same key', async () => {
        const request = aRequest()
        const other = { ...request, fingerprint: 'b'.repeat(32) }
        const { id: productId } = await create({ stock: 5 })
        await stores.products.create(aNewProduct(), NOON, request)
        await stores.products.adjustStock({ productId, delta: 1, note: 'found' }, NOON, request)

        const refused = [
          stores.products.create(aNewProduct({ name: 'Torch' }), NOON, other),
          stores.products.adjustStock({ productId, delta: 2, note: 'found' }, NOON, other),
        ]

        await Promise.all(refused.map((one) => expect(one).rejects.toThrow(IdempotencyKeyReusedError)))
        expect(await stores.products.get(productId)).toMatchObject({ stock: 6 })
      })

      it('keeps the keys of products, and those for new products, apart', async () => {
        const request = aRequest()
        const first = await stores.products.create(aNewProduct({ stock: 1 }), NOON, request)
        const second = await create({ stock: 1 })

        for (const { id } of [first, second]) {
          await stores.products.adjustStock({ productId: id, delta: 1, note: 'found' }, NOON, request)
          expect(await stores.products.get(id)).toMatchObject({ stock: 2 })
        }
      })

      it('distinguishes keys by case and by every character', async () => {
        const { id: productId } = await create({ stock: 0 })
        const keys = ['k', 'K', 'k-', '~'.repeat(128), `${'~'.repeat(127)}!`]

        for (const key of keys) {
          const request = { key, fingerprint: 'a'.repeat(32) }
          await stores.products.adjustStock({ productId, delta: 1, note: 'found' }, NOON, request)
        }

        expect(await stores.products.get(productId)).toMatchObject({ stock: keys.length })
      })

      it('does not use up the key when the first request was refused', async () => {
        const request = aRequest()
        const { id: productId } = await create({ stock: 0 })
        const adjustment = { productId, delta: -1, note: 'broken' }
        await expect(stores.products.adjustStock(adjustment, NOON, request)).rejects.toThrow(StockLimitError)
        await stores.products.adjustStock({ productId, delta: 1, note: 'found' }, NOON)

        expect(await stores.products.adjustStock(adjustment, NOON, request)).toEqual({ onHand: 0, at: NOON })
      })
    })

    describe('listing products', () => {
      it('filters by price, including both limits', async () => {
        const category = await createShelf(
          { name: 'A', priceCents: 99 },
          { name: 'B', priceCents: 100 },
          { name: 'C', priceCents: 200 },
          { name: 'D', priceCents: 201 },
        )

        expect(await namesOf({ category, minPriceCents: 100, limit: 9 })).toEqual(['B', 'C', 'D'])
        expect(await namesOf({ category, maxPriceCents: 200, limit: 9 })).toEqual(['A', 'B', 'C'])
        expect(await namesOf({ category, minPriceCents: 100, maxPriceCents: 200, limit: 9 })).toEqual(['B', 'C'])
      })

      it('filters by availability', async () => {
        const category = await createShelf({ name: 'A', stock: 0 }, { name: 'B', stock: 1 })

        expect(await namesOf({ category, inStock: true, limit: 9 })).toEqual(['B'])
        expect(await namesOf({ category, inStock: false, limit: 9 })).toEqual(['A'])
        expect(await namesOf({ category, limit: 9 })).toEqual(['A', 'B'])
      })

      it('finds products with all the words, in name or description, as prefixes and in any case', async () => {
        const category = await createShelf(
          { name: 'Garden Lamp', description: 'for the terrace' },
          { name: 'Desk lamp', description: 'for the office' },
          { name: 'Garden chair', description: 'folds away' },
        )

        expect(await namesOf({ category, search: 'lamp', sort: 'id', limit: 9 })).toEqual(['Garden Lamp', 'Desk lamp'])
        expect(await namesOf({ category, search: 'LAMP gard', limit: 9 })).toEqual(['Garden Lamp'])
        expect(await namesOf({ category, search: 'lamp office', limit: 9 })).toEqual(['Desk lamp'])
        expect(await namesOf({ category, search: 'lamp sofa', limit: 9 })).toEqual([])
      })

      it.each([
        { search: 'tv', expected: ['TV'] },
        { search: 'tv smartwatch', expected: [] },
        { search: 'the', expected: ['The Salt Road'] },
        { search: 'c++', expected: ['C++ primer'] },
        { search: 'c', expected: ['C++ primer', 'Cup', 'Car 1:20', 'Car 1:18', 'Café 💡'] },
        { search: '1:20', expected: ['Car 1:20'] },
        { search: 'shirt', expected: ['T-shirt'] },
        { search: '+t-shirt*', expected: ['T-shirt'] },
        { search: 'CAFE', expected: ['Café 💡'] },
        { search: '💡', expected: ['Café 💡'] },
        { search: 'ランプ', expected: ['テーブルランプ'] },
        { search: '%', expected: [] },
        { search: '\u0000', expected: [] },
        { search: 'x'.repeat(90), expected: ['x'.repeat(120)] },
      ])('finds $expected for $search', async ({ search, expected }) => {
        const category = await createShelf(
          { name: 'TV', description: '' },
          { name: 'Smartwatch X1', description: '' },
          { name: 'The Salt Road', description: '' },
          { name: 'C++ primer', description: '' },
          { name: 'Cup', description: '' },
          { name: 'Car 1:20', description: '' },
          { name: 'Car 1:18', description: 'in 20 parts' },
          { name: 'T-shirt', description: '' },
          { name: 'Café 💡', description: '' },
          { name: 'テーブルランプ', description: '' },
          { name: 'x'.repeat(120), description: '' },
        )

        expect(await namesOf({ category, search, sort: 'id', limit: 20 })).toEqual(expected)
      })

      it('finds the words of a changed product, and none of a deleted one', async () => {
        const category = await createShelf({ name: 'Lamp' }, { name: 'Lamp' })
        const [first, second] = (await stores.products.list({ category, limit: 2 })).items

        await stores.products.update({ id: first?.id ?? UNKNOWN, changes: { name: 'Torch' }, at: NOON })
        await stores.products.delete({ id: second?.id ?? UNKNOWN, at: NOON })

        expect(await namesOf({ category, search: 'lamp', limit: 9 })).toEqual([])
        expect(await namesOf({ category, search: 'torch', limit: 9 })).toEqual(['Torch'])
      })

      it.each<{ sort: ProductSort; expected: string }>([
        { sort: 'id', expected: 'c a b a b d c' },
        { sort: '-id', expected: 'c d b a b a c' },
        { sort: 'name', expected: 'a a b b c c d' },
        { sort: '-name', expected: 'd c c b b a a' },
        { sort: 'price', expected: 'a b c d a b c' },
        { sort: '-price', expected: 'c b a d c b a' },
      ])('loses and repeats no product over the pages by $sort, even with equal keys', async ({ sort, expected }) => {
        const category = await createShelf(
          { name: 'c', priceCents: 5 },
          { name: 'a', priceCents: 4 },
          { name: 'b', priceCents: 4 },
          { name: 'a', priceCents: 9 },
          { name: 'b', priceCents: 9 },
          { name: 'd', priceCents: 5 },
          { name: 'c', priceCents: 9 },
        )

        const items = await allPages((cursor) => stores.products.list({ category, sort, limit: 2, cursor }))

        expect(items.map(({ name }) => name).join(' ')).toBe(expected)
        expect(new Set(items.map(({ id }) => id)).size).toBe(7)
      })

      it('loses and repeats no product over the pages by relevance', async () => {
        const category = await createShelf(
          ...Array.from({ length: 7 }, (_, index) => ({ name: `Garden lamp ${index}` })),
        )

        const items = await allPages((cursor) => stores.products.list({ category, search: 'lamp', limit: 3, cursor }))

        expect(new Set(items.map(({ name }) => name)).size).toBe(7)
        expect(items).toHaveLength(7)
      })

      it('returns no cursor with the last page, even if it is full', async () => {
        const category = await createShelf({ name: 'A' }, { name: 'B' })

        const page = await stores.products.list({ category, limit: 2 })

        expect(page.items).toHaveLength(2)
        expect(page.nextCursor).toBeUndefined()
      })

      it('continues after the last item when new items appear before it', async () => {
        const category = await createShelf({ name: 'B' }, { name: 'C' })
        const first = await stores.products.list({ category, sort: 'name', limit: 1 })
        await create({ name: 'A', category })

        const second = await stores.products.list({ category, sort: 'name', limit: 1, cursor: first.nextCursor })

        expect(second.items.map(({ name }) => name)).toEqual(['C'])
      })

      it('continues after an item that was deleted meanwhile', async () => {
        const category = await createShelf({ name: 'A' }, { name: 'B' }, { name: 'C' })
        const first = await stores.products.list({ category, sort: 'name', limit: 1 })
        await stores.products.delete({ id: first.items[0]?.id ?? UNKNOWN, at: NOON })

        const second = await stores.products.list({ category, sort: 'name', limit: 9, cursor: first.nextCursor })

        expect(second.items.map(({ name }) => name)).toEqual(['B', 'C'])
      })

      itPagesThroughProducts(() => stores)

      it('refuses the cursor of another query', async () => {
        const category = await createShelf({ name: 'A' }, { name: 'B' })
        const { nextCursor: cursor } = await stores.products.list({ category, sort: 'name', limit: 1 })

        const others = [
          stores.products.list({ category, sort: 'price', limit: 1, cursor }),
          stores.products.list({ category, sort: 'name', inStock: true, limit: 1, cursor }),
          stores.products.list({ sort: 'name', limit: 1, cursor }),
        ]

        expect(cursor).toBeDefined()
        await Promise.all(others.map((other) => expect(other).rejects.toThrow(InvalidInputError)))
      })

      it.each(['x', '', '%%%', 'WyJhIiwxXQ', 'bnVsbA', '💡'])('refuses %j as a cursor', async (cursor) => {
        const page = stores.products.list({ limit: 1, cursor })

        await expect(page).rejects.toThrow(InvalidInputError)
      })
    })
  })
}
