import { changedProduct, MAX_STOCK } from '@ecommerce/domain'
import { afterNoon, aProduct } from '@ecommerce/testing'
import { anyText } from '@ecommerce/testing/any-text'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_PRICE } from '../fields'
import {
  adjustInventory,
  conditionOf,
  createProduct,
  etagOf,
  getInventory,
  getProduct,
  listProducts,
  replaceProduct,
  toInventoryBody,
  toProductBody,
  toProductChanges,
  toProductPage,
  updateProduct,
} from './contract'

const accepts = (schema: { safeParse: (input: unknown) => { success: boolean } }, input: unknown) =>
  schema.safeParse(input).success

describe('the form of a new product', () => {
  it('needs a name and a price, and has a default for the rest', () => {
    expect(createProduct.body.parse({ name: ' Lamp ', price: 19.99 })).toEqual({
      name: 'Lamp',
      price: 1_999,
      description: '',
      category: 'general',
      stock: 0,
    })
  })

  it.each([
    { fault: 'no name', body: { price: 1 } },
    { fault: 'a blank name', body: { name: ' ', price: 1 } },
    { fault: 'a name of 201 characters', body: { name: 'x'.repeat(201), price: 1 } },
    { fault: 'no price', body: { name: 'Lamp' } },
    { fault: 'a negative price', body: { name: 'Lamp', price: -1 } },
    { fault: 'a fraction of a cent', body: { name: 'Lamp', price: 1.005 } },
    { fault: 'a price as text', body: { name: 'Lamp', price: '1' } },
    { fault: 'too high a price', body: { name: 'Lamp', price: MAX_PRICE + 1 } },
    { fault: 'a negative stock', body: { name: 'Lamp', price: 1, stock: -1 } },
    { fault: 'half a unit in stock', body: { name: 'Lamp', price: 1, stock: 0.5 } },
    { fault: 'more stock than can be counted', body: { name: 'Lamp', price: 1, stock: MAX_STOCK + 1 } },
    { fault: 'an unknown member', body: { name: 'Lamp', price: 1, colour: 'red' } },
    { fault: 'an id', body: { name: 'Lamp', price: 1, id: 7 } },
  ])('is refused with $fault', ({ body }) => {
    expect(accepts(createProduct.body, body)).toBe(false)
  })
})

describe('a change of a product', () => {
  it('has only the members that it names', () => {
    expect(updateProduct.body.parse({ price: 5 })).toEqual({ price: 500 })
  })

  it('must name at least one member', () => {
    expect(accepts(updateProduct.body, {})).toBe(false)
  })

  it.each([updateProduct, replaceProduct])('cannot set the stock with $method', ({ body }) => {
    const current = aProduct({ id: 7, stock: 4 })
    const changed = (given: object) => {
      const changes = toProductChanges(7, body.parse({ name: 'Torch', price: 1, ...given }))
      return changedProduct(current, changes, afterNoon(1))
    }

    expect(changed({})).toMatchObject({ name: 'Torch', stock: 4 })
    expect(changed({ stock: 4 })).toMatchObject({ name: 'Torch', stock: 4 })
    for (const stock of [5, 3, 0, -1]) {
      expect(() => changed({ stock })).toThrow(
        expect.objectContaining({ code: 'invalid-input', fields: [expect.objectContaining({ pointer: '/stock' })] }),
      )
    }
  })

  it.each([updateProduct, replaceProduct])('may be a product as it was read, with $method', ({ body }) => {
    const characters = anyText({ minLength: 1, maxLength: 200 })
    const texts = characters.filter((given) => given.trim() !== '').map((given) => given.trim())
    const products = fc.record({
      name: texts,
      description: anyText({ minLength: 0, maxLength: 300 }),
      category: fc.constantFrom('general', 'x'.repeat(100), '💡'.repeat(100)),
      priceCents: fc.integer({ min: 0, max: MAX_PRICE * 100 }),
      stock: fc.integer({ min: 0, max: 2 * MAX_STOCK }),
      id: fc.maxSafeNat().map((id) => Math.max(1, id)),
      version: fc.integer({ min: 1, max: 4_294_967_295 }),
    })

    fc.assert(
      fc.property(products.map(aProduct), (product) => {
        const read = JSON.parse(JSON.stringify(toProductBody(product)))
        const changes = toProductChanges(product.id, body.parse(read))

        const { version, updatedAt, ...rest } = product
        expect(changedProduct(product, changes, updatedAt)).toEqual({ ...rest, updatedAt, version: version + 1 })
      }),
      { numRuns: 50 },
    )
  })

  it.each([updateProduct, replaceProduct])('may have outdated members that it cannot set, with $method', ({ body }) => {
    const outdated = { version: 1, created_at: '2026-01-01T12:00:00.000Z', updated_at: '2026-01-01T12:00:00.000Z' }

    expect(toProductChanges(7, body.parse({ name: 'Lamp', price: 1, id: 7, ...outdated }))).toMatchObject({
      name: 'Lamp',
    })
  })

  it.each([updateProduct, replaceProduct])('may not have the id of another product, with $method', ({ body }) => {
    expect(() => toProductChanges(7, body.parse({ name: 'Lamp', price: 1, id: 8 }))).toThrow(
      expect.objectContaining({
        code: 'invalid-input',
        fields: [{ pointer: '/id', detail: 'is not 7, as in the path' }],
      }),
    )
  })

  it('must change more than members that it cannot set', () => {
    expect(accepts(updateProduct.body, { id: 7, stock: 5, version: 1 })).toBe(false)
  })

  it('resets the members that a replacement leaves out', () => {
    expect(replaceProduct.body.parse({ name: 'Lamp', price: 1 })).toMatchObject({
      description: '',
      category: 'general',
    })
  })

  it('may be a merge patch', () => {
    expect(updateProduct.mediaTypes).toEqual(['application/merge-patch+json'])
  })
})

describe('a precondition', () => {
  const lamp = aProduct({ version: 12, stock: 3 })
  const isMet = (headers: Record<string, string>) => conditionOf(updateProduct.headers.parse(headers))?.(lamp)

  it('compares the tag of the whole representation', () => {
    expect(etagOf(lamp)).toBe('"12-3"')
    expect(isMet({ 'if-match': etagOf(lamp) })).toBe(true)
    expect(isMet({ 'if-match': etagOf({ ...lamp, stock: 2 }) })).toBe(false)
    expect(isMet({ 'if-match': etagOf({ ...lamp, version: 13 }) })).toBe(false)
    expect(isMet({ 'if-match': '"1", "12-3"' })).toBe(true)
    expect(isMet({ 'if-match': '*' })).toBe(true)
    expect(isMet({ 'if-match': 'W/"12-3"' })).toBe(false)
    expect(isMet({ 'if-none-match': 'W/"12-3"' })).toBe(false)
    expect(isMet({ 'if-none-match': '*' })).toBe(false)
    expect(isMet({ 'if-none-match': '"1"' })).toBe(true)
    expect(isMet({ 'if-match': '*', 'if-none-match': '"12-3"' })).toBe(false)
  })

  it('is absent without a header', () => {
    expect(isMet({})).toBeUndefined()
  })

  it.each(['', '12', "'12'", '"12', '"1" "2"', '*, "1"'])('may not be %j', (tag) => {
    expect(accepts(updateProduct.headers, { 'if-match': tag })).toBe(false)
    expect(accepts(updateProduct.headers, { 'if-none-match': tag })).toBe(false)
  })
})

describe('a query for products', () => {
  it('has prices in cents and in_stock as a boolean', () => {
    expect(listProducts.query.parse({ min_price: '9.99', max_price: '10', in_stock: 'false' })).toMatchObject({
      min_price: 999,
      max_price: 1_000,
      in_stock: false,
    })
  })

  it('returns 20 products a page by default', () => {
    expect(listProducts.query.parse({})).toEqual({ limit: 20 })
  })

  it.each([
    { search: '' },
    { category: ' ' },
    { min_price: '-1' },
    { max_price: '1.234' },
    { in_stock: 'yes' },
    { sort: 'random' },
    { limit: '101' },
    { cursor: '' },
    { page: '2' },
  ])('may not be %j', (query) => {
    expect(accepts(listProducts.query, query)).toBe(false)
  })
})

describe('the id of a product', () => {
  it.each(['0', '-1', '01', '1.5', 'one', '99999999999999999'])('is never %j', (id) => {
    expect(accepts(getProduct.params, { id })).toBe(false)
  })
})

describe('an inventory adjustment', () => {
  it.each([1, -1, MAX_STOCK, -MAX_STOCK])('may be by %d', (delta) => {
    expect(accepts(adjustInventory.body, { delta, reason: 'counted' })).toBe(true)
  })

  it.each([0, 0.5, MAX_STOCK + 1, '1'])('may not be by %j', (delta) => {
    expect(accepts(adjustInventory.body, { delta, reason: 'counted' })).toBe(false)
  })

  it('needs a reason', () => {
    expect(accepts(adjustInventory.body, { delta: 1 })).toBe(false)
    expect(accepts(adjustInventory.body, { delta: 1, reason: ' ' })).toBe(false)
  })
})

describe('the body of a product', () => {
  const product = aProduct({ id: 7, priceCents: 1_999, version: 3, updatedAt: afterNoon(5) })

  it('shows the price as a decimal and times in UTC', () => {
    const body = toProductBody(product)

    expect(body).toEqual({
      id: 7,
      name: 'Lamp',
      description: 'Gives light',
      category: 'home',
      price: 19.99,
      stock: 10,
      version: 3,
      created_at: '2026-01-01T12:00:00.000Z',
      updated_at: '2026-01-01T12:00:00.005Z',
    })
    expect(getProduct.success.body.safeParse(body).success).toBe(true)
  })

  it('is the same on a page', () => {
    expect(toProductPage({ items: [product], nextCursor: 'next' })).toEqual({
      items: [toProductBody(product)],
      next_cursor: 'next',
    })
    expect(toProductPage({ items: [] })).toEqual({ items: [] })
  })
})

describe('the body of an inventory', () => {
  it('shows what is on hand, what was sold, and why the stock moved', () => {
    const body = toInventoryBody({
      productId: 7,
      onHand: 8,
      sold: 2,
      ledger: {
        items: [
          { delta: -2, reason: 'order', orderId: 'order-1', at: afterNoon(5) },
          { delta: 10, reason: 'adjustment', note: 'delivery', at: afterNoon(0) },
        ],
        nextCursor: 'next',
      },
    })

    expect(body).toEqual({
      product_id: 7,
      on_hand: 8,
      sold: 2,
      ledger: [
        { delta: -2, reason: 'order', order_id: 'order-1', at: '2026-01-01T12:00:00.005Z' },
        { delta: 10, reason: 'adjustment', note: 'delivery', at: '2026-01-01T12:00:00.000Z' },
      ],
      next_cursor: 'next',
    })
    expect(getInventory.success.body.safeParse(body).success).toBe(true)
  })
})
