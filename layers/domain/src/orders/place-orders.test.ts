import { afterNoon, anAcceptedOrder, anOrder, aStockedProduct, NOON } from '@ecommerce/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AcceptedOrder, MAX_LINES, MAX_QUANTITY, type Order } from './order'
import { type Placement, placeOrders, type StockedProduct } from './place-orders'

const LAMP = aStockedProduct({ id: 1, name: 'Lamp', priceCents: 250, stock: 5 })
const CHAIR = aStockedProduct({ id: 2, name: 'Chair', priceCents: 1_000, stock: 1 })

function place(
  orders: AcceptedOrder[],
  { products = [LAMP, CHAIR], recorded = [] }: { products?: StockedProduct[]; recorded?: Order[] } = {},
): Placement {
  return placeOrders({
    orders,
    recorded: new Map(recorded.map((order) => [order.id, order])),
    products: new Map(products.map((product) => [product.id, product])),
    at: afterNoon(10),
  })
}

function anOrderOf(quantities: Record<number, number>, overrides: Partial<AcceptedOrder> = {}): AcceptedOrder {
  const lines = Object.entries(quantities).map(([productId, quantity]) => ({ productId: Number(productId), quantity }))
  return anAcceptedOrder({ lines, ...overrides })
}

const kindsOf = ({ outcomes }: Placement) => outcomes.map(({ kind }) => kind)

describe('placing an order', () => {
  it('confirms it with the names and prices of the catalogue and an exact total', () => {
    const accepted = anOrderOf({ 1: 3, 2: 1 })

    const { outcomes, orders, sold } = place([accepted])

    const order = {
      ...accepted,
      status: 'confirmed',
      lines: [
        { productId: 1, quantity: 3, name: 'Lamp', unitPriceCents: 250 },
        { productId: 2, quantity: 1, name: 'Chair', unitPriceCents: 1_000 },
      ],
      totalCents: 1_750,
      committedAt: afterNoon(10),
      updatedAt: afterNoon(10),
    }
    expect(outcomes).toEqual([{ kind: 'confirmed', order }])
    expect(orders).toEqual([order])
    expect([...sold]).toEqual([
      [1, 3],
      [2, 1],
    ])
  })

  it('sells the last unit', () => {
    expect(kindsOf(place([anOrderOf({ 1: 5 })]))).toEqual(['confirmed'])
  })

  it('takes no units for an order if one line is short', () => {
    const { outcomes, orders, sold } = place([anOrderOf({ 1: 1, 2: 2 })])

    expect(outcomes).toMatchObject([
      {
        kind: 'rejected',
        order: {
          status: 'rejected',
          reason: 'insufficient-stock',
          shortages: [{ productId: 2, requested: 2, available: 1 }],
        },
      },
    ])
    expect(orders).toHaveLength(1)
    expect(sold.size).toBe(0)
  })

  it('names every shortage of an order', () => {
    const { outcomes } = place([anOrderOf({ 1: 6, 2: 2 })])

    expect(outcomes).toMatchObject([
      {
        order: {
          shortages: [
            { productId: 1, requested: 6, available: 5 },
            { productId: 2, requested: 2, available: 1 },
          ],
        },
      },
    ])
  })
})

describe('placing a batch', () => {
  it('allocates stock in order of arrival', () => {
    const placement = place([anOrderOf({ 1: 3 }), anOrderOf({ 1: 3 }), anOrderOf({ 1: 2 })])

    expect(kindsOf(placement)).toEqual(['confirmed', 'rejected', 'confirmed'])
    expect(placement.sold.get(1)).toBe(5)
  })

  it('reports to later orders the units that earlier orders left', () => {
    const { outcomes } = place([anOrderOf({ 1: 3 }), anOrderOf({ 1: 3 })])

    expect(outcomes[1]).toMatchObject({ order: { shortages: [{ productId: 1, requested: 3, available: 2 }] } })
  })

  it('does nothing for an empty batch', () => {
    expect(place([])).toEqual({ outcomes: [], orders: [], sold: new Map() })
  })
})

describe('an order for an unknown product', () => {
  it('is refused and not recorded when it is synchronous', () => {
    const { outcomes, orders, sold } = place([anOrderOf({ 1: 1, 7: 1, 8: 1 })])

    expect(outcomes).toEqual([{ kind: 'unknown-product', productIds: [7, 8] }])
    expect(orders).toEqual([])
    expect(sold.size).toBe(0)
  })

  it.each(['kafka', 'rabbitmq'] as const)('is recorded as rejected when it came through %s', (channel) => {
    const { outcomes, orders, sold } = place([anOrderOf({ 1: 1, 7: 2 }, { channel })])

    expect(outcomes).toMatchObject([{ kind: 'unknown-product', productIds: [7] }])
    expect(orders).toMatchObject([
      {
        status: 'rejected',
        reason: 'unknown-product',
        shortages: [{ productId: 7, requested: 2, available: 0 }],
        totalCents: 250,
      },
    ])
    expect(sold.size).toBe(0)
  })
})

describe('an id that was placed before', () => {
  const first = anOrder({ id: 'first', fingerprint: 'f', committedAt: NOON })

  it('gets the recorded order and takes no units', () => {
    const { outcomes, orders, sold } = place([anOrderOf({ 1: 1 }, { id: 'first', fingerprint: 'f' })], {
      recorded: [first],
    })

    expect(outcomes).toEqual([{ kind: 'duplicate', first, sameRequest: true }])
    expect(orders).toEqual([])
    expect(sold.size).toBe(0)
  })

  it('is marked as another request when its lines differ', () => {
    const { outcomes } = place([anOrderOf({ 1: 2 }, { id: 'first', fingerprint: 'g' })], { recorded: [first] })

    expect(outcomes).toEqual([{ kind: 'duplicate', first, sameRequest: false }])
  })

  it('may occur earlier in the same batch', () => {
    const accepted = anOrderOf({ 1: 2 })

    const { outcomes, orders, sold } = place([accepted, accepted, { ...accepted, fingerprint: 'other' }])

    expect(outcomes).toMatchObject([
      { kind: 'confirmed' },
      { kind: 'duplicate', first: orders[0], sameRequest: true },
      { kind: 'duplicate', first: orders[0], sameRequest: false },
    ])
    expect(orders).toHaveLength(1)
    expect(sold.get(1)).toBe(2)
  })

  it('is not tried again when it was rejected earlier in the batch', () => {
    const accepted = anOrderOf({ 2: 2 })

    expect(kindsOf(place([accepted, { ...accepted, lines: [{ productId: 2, quantity: 1 }] }]))).toEqual([
      'rejected',
      'duplicate',
    ])
  })
})

describe('any batch', () => {
  const stocks = fc.array(fc.nat({ max: 12 }), { minLength: 1, maxLength: 4 })
  const lines = fc.uniqueArray(
    fc.record({ productId: fc.integer({ min: 1, max: 5 }), quantity: fc.integer({ min: 1, max: 6 }) }),
    {
      minLength: 1,
      maxLength: 4,
      selector: ({ productId }) => productId,
    },
  )
  const order = fc
    .record({
      id: fc.integer({ min: 1, max: 8 }).map((id) => `order-${id}`),
      channel: fc.constantFrom('sync', 'kafka', 'rabbitmq'),
      fingerprint: fc.constantFrom('f', 'g'),
      lines,
    })
    .map(anAcceptedOrder)
  const batches = fc.tuple(stocks, fc.array(order, { maxLength: 20 })).map(([counts, orders]) => {
    const products = counts.map((stock, index) => aStockedProduct({ id: index + 1, stock }))
    return { products, orders, placement: place(orders, { products }) }
  })

  it('leaves stock that is never negative and equals the initial stock minus the sold units', () => {
    fc.assert(
      fc.property(batches, ({ products, placement }) => {
        for (const { id, stock } of products) {
          const confirmed = placement.orders.filter(({ status }) => status === 'confirmed')
          const bought = confirmed.flatMap(({ lines }) => lines).filter(({ productId }) => productId === id)
          const units = bought.reduce((sum, { quantity }) => sum + quantity, 0)

          expect(placement.sold.get(id) ?? 0).toBe(units)
          expect(stock - units).toBeGreaterThanOrEqual(0)
        }
      }),
    )
  })

  it('has one outcome per order, in the same order', () => {
    fc.assert(
      fc.property(batches, ({ orders, placement }) => {
        expect(placement.outcomes).toHaveLength(orders.length)
        placement.outcomes.forEach((outcome, index) => {
          const of = outcome.kind === 'duplicate' ? outcome.first : outcome.order
          if (of) expect(of.id).toBe(orders[index]?.id)
        })
      }),
    )
  })

  it('records an id once, and returns that order for its duplicates', () => {
    fc.assert(
      fc.property(batches, ({ placement }) => {
        const recorded = new Map(placement.orders.map((order) => [order.id, order]))
        expect(recorded.size).toBe(placement.orders.length)
        for (const outcome of placement.outcomes) {
          if (outcome.kind === 'duplicate') expect(outcome.first).toBe(recorded.get(outcome.first.id))
        }
      }),
    )
  })

  it('decides every id at most once, and leaves only synchronous orders unrecorded', () => {
    fc.assert(
      fc.property(batches, ({ orders, placement }) => {
        for (const id of new Set(orders.map((order) => order.id))) {
          const own = orders.map((order, index) => ({ order, outcome: placement.outcomes[index] }))
          const decided = own.filter(({ order, outcome }) => order.id === id && outcome?.kind !== 'duplicate')
          const recording = decided.filter(({ outcome }) => outcome && 'order' in outcome && outcome.order)
          const unrecorded = decided.filter((entry) => !recording.includes(entry))

          expect(recording.length).toBeLessThanOrEqual(1)
          for (const { order } of unrecorded) expect(order.channel).toBe('sync')
        }
      }),
    )
  })

  it('rejects only orders that were short when they were decided', () => {
    fc.assert(
      fc.property(batches, ({ products, placement }) => {
        const left = new Map(products.map(({ id, stock }) => [id, stock]))
        for (const { status, lines, reason } of placement.orders) {
          const isShort = lines.some(({ productId, quantity }) => quantity > (left.get(productId) ?? 0))
          expect(isShort, reason).toBe(status === 'rejected')
          if (status === 'rejected') continue
          for (const { productId, quantity } of lines) left.set(productId, (left.get(productId) ?? 0) - quantity)
        }
      }),
    )
  })
})

describe('the times of a placed order', () => {
  const times = fc.integer({ min: -100_000, max: 100_000 }).map(afterNoon)

  it('never run backwards, whatever the clocks of other machines say', () => {
    fc.assert(
      fc.property(times, times, fc.constantFrom(1, 9), (acceptedAt, consumedAt, quantity) => {
        const [order] = place([anOrderOf({ 1: quantity }, { acceptedAt, consumedAt })]).orders
        const recorded = [order?.acceptedAt, order?.consumedAt, order?.committedAt].map(
          (at) => at?.getTime() ?? Number.NaN,
        )

        expect(recorded).toEqual(recorded.toSorted((a, b) => a - b))
        expect(order?.committedAt).toEqual(afterNoon(10))
      }),
    )
  })

  it('stay as they are when they are in order', () => {
    const [order] = place([anOrderOf({ 1: 1 }, { acceptedAt: afterNoon(1), consumedAt: afterNoon(2) })]).orders

    expect(order).toMatchObject({ acceptedAt: afterNoon(1), consumedAt: afterNoon(2), committedAt: afterNoon(10) })
  })
})

describe('the largest order', () => {
  const MAX_PRICE_CENTS = 100_000_000

  it('has an exact total at every price', () => {
    const price = fc.integer({ min: MAX_PRICE_CENTS - 1_000, max: MAX_PRICE_CENTS })

    fc.assert(
      fc.property(fc.array(price, { minLength: MAX_LINES, maxLength: MAX_LINES }), (prices) => {
        const products = prices.map((priceCents, index) =>
          aStockedProduct({ id: index + 1, priceCents, stock: 10_000 }),
        )
        const quantities = Object.fromEntries(products.map(({ id }) => [id, MAX_QUANTITY]))
        const [order] = place([anOrderOf(quantities)], { products }).orders
        const exact = prices.reduce((sum, cents) => sum + BigInt(cents) * BigInt(MAX_QUANTITY), 0n)

        expect(Number.isSafeInteger(order?.totalCents)).toBe(true)
        expect(BigInt(order?.totalCents ?? 0)).toBe(exact)
      }),
    )
  })
})
