import { describe, expect, it } from 'vitest'
import { KnownProducts } from './known-products'
import type { KnownProduct } from './stock'

const product = (id: number, stock: number): KnownProduct => ({ id, name: 'Mug', priceCents: 900, stock, version: 1 })
const mapOf = (...products: KnownProduct[]) => new Map(products.map((each) => [each.id, each]))

describe('known products', () => {
  it('are found when all of them are known, minus the units sold since', () => {
    const known = new KnownProducts()
    known.update(new Set([1, 2]), mapOf(product(1, 10), product(2, 20)))

    known.sell(new Map([[1, 4]]))

    expect(known.find(new Set([1, 2]))).toEqual(mapOf(product(1, 6), product(2, 20)))
    expect(known.find(new Set([1, 3]))).toBeUndefined()
  })

  it('are removed when they do not exist any more', () => {
    const known = new KnownProducts()
    known.update(new Set([1]), mapOf(product(1, 10)))

    known.update(new Set([1]), mapOf())

    expect(known.find(new Set([1]))).toBeUndefined()
  })

  it('are cleared when there are too many', () => {
    const known = new KnownProducts()
    for (let id = 0; id <= 10_001; id++) known.update(new Set([id]), mapOf(product(id, 1)))

    expect(known.find(new Set([0]))).toBeUndefined()
    expect(known.find(new Set([10_001]))).toBeDefined()
  })
})
