import {
  aNewProduct,
  anAcceptedOrder,
  atNoon,
  FakeOrderStore,
  FakeProductStore,
  FakeTables,
  NOON,
} from '@ecommerce/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_STOCK } from './products/inventory'

const PRODUCTS = [1, 2, 3]

interface Shop {
  readonly tables: FakeTables
  readonly products: FakeProductStore
  readonly orders: FakeOrderStore
}

/** The expected state of the shop: the units per product, and the orders that hold units. */
interface Model {
  readonly stock: Map<number, number>
  readonly sold: Map<number, number>
  readonly added: Map<number, number>
  readonly placed: { readonly id: string; readonly lines: Line[]; cancelled: boolean }[]
}

interface Line {
  readonly productId: number
  readonly quantity: number
}

type Command = fc.AsyncCommand<Model, Shop>

const unitsOf = (units: ReadonlyMap<number, number>, id: number) => units.get(id) ?? 0

function add(units: Map<number, number>, id: number, delta: number): void {
  units.set(id, unitsOf(units, id) + delta)
}

class Place implements Command {
  constructor(private readonly lines: Line[]) {}

  check = () => true

  async run(model: Model, { orders }: Shop): Promise<void> {
    const order = anAcceptedOrder({ id: `order-${model.placed.length}`, lines: this.lines })
    const enough = this.lines.every(({ productId, quantity }) => quantity <= unitsOf(model.stock, productId))

    const [outcome] = await orders.place([order])

    expect(outcome?.kind).toBe(enough ? 'confirmed' : 'rejected')
    model.placed.push({ id: order.id, lines: enough ? this.lines : [], cancelled: !enough })
    if (!enough) return
    for (const { productId, quantity } of this.lines) {
      add(model.stock, productId, -quantity)
      add(model.sold, productId, quantity)
    }
  }

  toString = () => `place ${JSON.stringify(this.lines)}`
}

class Cancel implements Command {
  constructor(private readonly choice: number) {}

  check = ({ placed }: Readonly<Model>) => placed.length > 0

  async run(model: Model, { orders }: Shop): Promise<void> {
    const order = model.placed[this.choice % model.placed.length]
    if (!order) return
    const { id } = order

    const cancellation = orders.transition({ id, to: 'cancelled', at: NOON })

    if (order.cancelled) return expect(cancellation).rejects.toThrow('Its status cannot change')
    await cancellation
    order.cancelled = true
    for (const { productId, quantity } of order.lines) {
      add(model.stock, productId, quantity)
      add(model.sold, productId, -quantity)
    }
  }

  toString = () => `cancel ${this.choice}`
}

class Adjust implements Command {
  constructor(
    private readonly productId: number,
    private readonly delta: number,
  ) {}

  check = () => true

  async run(model: Model, { products }: Shop): Promise<void> {
    const { productId, delta } = this
    const onHand = unitsOf(model.stock, productId) + delta

    const adjustment = products.adjustStock({ productId, delta, note: 'counted' }, NOON)

    if (onHand < 0 || (delta > 0 && onHand > MAX_STOCK))
      return expect(adjustment).rejects.toThrow('stock must stay between')
    expect(await adjustment).toEqual({ onHand, at: NOON })
    add(model.stock, productId, delta)
    add(model.added, productId, delta)
  }

  toString = () => `adjust ${this.productId} by ${this.delta}`
}

/** Checks every invariant. It runs between the other commands, and once more at the end. */
class Audit implements Command {
  check = () => true

  async run(model: Model, { products, tables }: Shop): Promise<void> {
    for (const id of PRODUCTS) {
      const { onHand, sold, ledger } = await products.getInventory(id, { limit: 1_000 })

      expect(onHand).toBe(unitsOf(model.stock, id))
      expect(onHand).toBeGreaterThanOrEqual(0)
      expect(onHand).toBe(ledger.items.reduce((sum, { delta }) => sum + delta, 0))
      expect(onHand + sold).toBe(unitsOf(model.added, id))
      expect(sold).toBe(unitsOf(model.sold, id))
      const reported = tables.eventsOf('product', id).at(-1)?.data
      expect(reported).toMatchObject({ stock: onHand })
    }
  }

  toString = () => 'audit'
}

/** No state locks a product: whatever happened, adjustments can lead to every stock from 0 to the limit. */
async function emptyAndFill(products: FakeProductStore, productId: number): Promise<void> {
  const adjust = (delta: number) => products.adjustStock({ productId, delta, note: 'counted' }, NOON)
  for (let { stock } = await products.get(productId); stock > 0; ) {
    stock = (await adjust(-Math.min(stock, MAX_STOCK))).onHand
  }
  expect((await adjust(MAX_STOCK)).onHand).toBe(MAX_STOCK)
}

describe('the stock ledger', () => {
  it('adds up after any sequence of orders, cancellations and adjustments, and locks no product', {
    timeout: 30_000,
  }, async () => {
    const productId = fc.constantFrom(...PRODUCTS)
    const line = fc.record({ productId, quantity: fc.integer({ min: 1, max: 8 }) })
    const lines = fc.uniqueArray(line, { minLength: 1, maxLength: 3, selector: (one) => one.productId })
    const commands = fc.commands(
      [
        lines.map((some) => new Place(some)),
        fc.nat({ max: 50 }).map((choice) => new Cancel(choice)),
        fc.tuple(productId, fc.integer({ min: -10, max: 10 })).map(([id, delta]) => new Adjust(id, delta)),
        fc.constant(new Audit()),
      ],
      { size: '+1' },
    )
    const count = fc.oneof(
      fc.nat({ max: 15 }),
      fc.nat({ max: 15 }).map((below) => MAX_STOCK - below),
    )
    const initial = fc.tuple(...PRODUCTS.map(() => count))

    await fc.assert(
      fc.asyncProperty(commands, initial, async (sequence, counts) => {
        const tables = new FakeTables()
        const products = new FakeProductStore(tables)
        const shop = { tables, products, orders: new FakeOrderStore(tables, atNoon) }
        for (const stock of counts) await products.create(aNewProduct({ stock }), NOON)
        const initialUnits = PRODUCTS.map((id, index): [number, number] => [id, counts[index] ?? 0])
        const model: Model = {
          stock: new Map(initialUnits),
          sold: new Map(),
          added: new Map(initialUnits),
          placed: [],
        }

        await fc.asyncModelRun(() => ({ model, real: shop }), sequence)

        await new Audit().run(model, shop)
        for (const id of PRODUCTS) await emptyAndFill(products, id)
      }),
    )
  })
})
