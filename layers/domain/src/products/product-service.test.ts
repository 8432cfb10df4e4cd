import { afterNoon, aNewProduct, NOON, openFakeShop } from '@ecommerce/testing'
import { describe, expect, it } from 'vitest'
import { NotFoundError, VersionMismatchError } from '../errors'
import { IdempotencyKeyReusedError } from '../idempotency'
import type { Product } from './product'

describe('the product service', () => {
  it('creates a product at the current time', async () => {
    const { products } = openFakeShop()

    const product = await products.create(aNewProduct())

    expect(product).toMatchObject({ ...aNewProduct(), version: 1, createdAt: NOON, updatedAt: NOON })
    expect(await products.get(product.id)).toEqual(product)
  })

  it('changes the given members, and keeps the undefined ones', async () => {
    const { products, setClock } = openFakeShop()
    const product = await products.create(aNewProduct({ name: 'Lamp' }))
    setClock(1)

    const changes = { name: undefined, description: undefined, category: undefined, priceCents: 5 }
    const updated = await products.update(product.id, changes)

    expect(updated).toEqual({ ...product, priceCents: 5, version: 2, updatedAt: afterNoon(1) })
  })

  it('passes the condition of a change to the store', async () => {
    const { products } = openFakeShop()
    const { id } = await products.create(aNewProduct())
    const atVersion = (expected: number) => (stored: Product) => stored.version === expected

    await expect(products.update(id, { name: 'Torch' }, atVersion(2))).rejects.toThrow(VersionMismatchError)
    await expect(products.delete(id, atVersion(2))).rejects.toThrow(VersionMismatchError)
    await products.delete(id, atVersion(1))
    await expect(products.get(id)).rejects.toThrow(NotFoundError)
  })

  it('uses the idempotency keys of each caller separately, also from those of an open shop', async () => {
    const { products } = openFakeShop()
    const create = (caller?: string) => products.create(aNewProduct(), 'key', caller)

    const created = [await create('ann'), await create('bob'), await create()]

    expect(new Set(created.map(({ id }) => id)).size).toBe(3)
    expect(await create('ann')).toEqual(created[0])
    const { id } = await products.create(aNewProduct({ stock: 0 }))
    const add = (caller?: string) => products.adjustStock({ productId: id, delta: 1, note: 'found' }, 'key', caller)
    expect([await add('ann'), await add('bob'), await add('ann')].map(({ onHand }) => onHand)).toEqual([1, 2, 1])
  })

  it('lists the products of the store', async () => {
    const { products } = openFakeShop()
    const product = await products.create(aNewProduct({ category: 'home' }))

    expect(await products.list({ category: 'home', limit: 9 })).toEqual({ items: [product] })
    expect(await products.list({ category: 'garden', limit: 9 })).toEqual({ items: [] })
  })

  it('adjusts the stock and returns the recorded adjustment', async () => {
    const { products, setClock } = openFakeShop()
    const { id: productId } = await products.create(aNewProduct({ stock: 5 }))
    setClock(3)

    const adjustment = await products.adjustStock({ productId, delta: -2, note: 'broken' })

    expect(adjustment).toEqual({ productId, delta: -2, note: 'broken', onHand: 3, at: afterNoon(3) })
    expect(await products.getInventory(productId, { limit: 1 })).toMatchObject({
      onHand: 3,
      ledger: { items: [{ delta: -2, reason: 'adjustment', note: 'broken', at: afterNoon(3) }] },
    })
  })

  describe('with an idempotency key', () => {
    it('repeats the first response for the same product, and refuses any other', async () => {
      const { products, setClock } = openFakeShop()
      const first = await products.create(aNewProduct(), 'key')
      setClock(5)

      expect(await products.create(aNewProduct(), 'key')).toEqual(first)
      for (const other of [{ name: 'x' }, { description: 'x' }, { category: 'x' }, { priceCents: 1 }, { stock: 1 }]) {
        await expect(products.create(aNewProduct(other), 'key')).rejects.toThrow(IdempotencyKeyReusedError)
      }
      expect((await products.create(aNewProduct(), 'another key')).id).not.toBe(first.id)
    })

    it('repeats the first response for the same adjustment, and refuses any other', async () => {
      const { products, setClock } = openFakeShop()
      const { id: productId } = await products.create(aNewProduct({ stock: 5 }))
      const adjustment = { productId, delta: 3, note: 'delivery' }
      const first = await products.adjustStock(adjustment, 'key')
      setClock(5)

      expect(await products.adjustStock(adjustment, 'key')).toEqual(first)
      for (const other of [{ delta: 4 }, { note: 'found' }]) {
        await expect(products.adjustStock({ ...adjustment, ...other }, 'key')).rejects.toThrow(
          IdempotencyKeyReusedError,
        )
      }
      expect(await products.get(productId)).toMatchObject({ stock: 8 })
    })
  })
})
