import {
  type AdjustedStock,
  adjustedStock,
  createdProduct,
  type IdempotentRequest,
  type Inventory,
  type NewProduct,
  type Page,
  type Product,
  type ProductChange,
  type ProductCondition,
  type ProductId,
  type ProductQuery,
  type ProductSort,
  type ProductStore,
  productCreated,
  productDeleted,
  productUpdated,
  type StockAdjustment,
  VersionMismatchError,
} from '@ecommerce/domain'
import { pageOf } from './fake-page'
import { type FakeProductRow, FakeTables } from './fake-tables'

/** A product store in memory. It passes the same conformance suite as the store in MySQL. */
export class FakeProductStore implements ProductStore {
  constructor(private readonly tables = new FakeTables()) {}

  async create(details: NewProduct, at: Date, request?: IdempotentRequest): Promise<Product> {
    const { products, ledger, events } = this.tables
    return this.tables.once('product', request, () => {
      const product = createdProduct(products.size + 1, details, at)
      products.set(product.id, { product, sold: 0, deleted: false })
      if (product.stock > 0) ledger.push({ productId: product.id, delta: product.stock, reason: 'initial', at })
      events.push(productCreated(product))
      return product
    })
  }

  async get(id: ProductId): Promise<Product> {
    return this.tables.liveRow(id).product
  }

  async list(query: ProductQuery): Promise<Page<Product>> {
    const live = [...this.tables.products.values()].filter(({ deleted }) => !deleted).map(({ product }) => product)
    const found = live.filter(matching(query)).sort(ORDERS[query.sort ?? 'id'])
    return pageOf(found, query, ({ id }) => String(id))
  }

  async update({ id, changes, condition, at }: ProductChange): Promise<Product> {
    const row = this.#expect(id, condition)
    const product = { ...row.product, ...changes, version: row.product.version + 1, updatedAt: at }
    this.tables.products.set(id, { ...row, product })
    this.tables.events.push(productUpdated(product))
    return product
  }

  async delete({ id, condition, at }: Omit<ProductChange, 'changes'>): Promise<void> {
    const row = this.#expect(id, condition)
    this.tables.products.set(id, { ...row, deleted: true })
    this.tables.events.push(productDeleted(id, at))
  }

  async getInventory(id: ProductId, page: { limit: number; cursor?: string | undefined }): Promise<Inventory> {
    const { product, sold } = this.tables.row(id)
    const entries = this.tables.ledger
      .map((row, position) => ({ ...row, position }))
      .filter(({ productId }) => productId === id)
      .reverse()
    const query = { ...page, ledgerOf: id }
    const { items, nextCursor } = pageOf(entries, query, ({ position }) => `${position}`)
    const ledger = items.map(({ position: _, productId: __, ...entry }) => entry)
    return { productId: id, onHand: product.stock, sold, ledger: { items: ledger, nextCursor } }
  }

  async adjustStock(
    { productId, delta, note }: StockAdjustment,
    at: Date,
    request?: IdempotentRequest,
  ): Promise<AdjustedStock> {
    return this.tables.once(`stock ${productId}`, request, () => {
      const { product } = this.tables.liveRow(productId)
      adjustedStock(product.stock, delta)
      this.tables.ledger.push({ productId, delta, reason: 'adjustment', note, at })
      return { onHand: this.tables.moveStock(productId, { delta, sold: 0, at }), at }
    })
  }

  #expect(id: ProductId, condition: ProductCondition | undefined): FakeProductRow {
    const row = this.tables.liveRow(id)
    if (condition?.(row.product) === false) throw new VersionMismatchError(row.product.version)
    return row
  }
}

type Comparison = (a: Product, b: Product) => number

const byId: Comparison = (a, b) => a.id - b.id
const byName: Comparison = (a, b) => a.name.localeCompare(b.name, 'en', { sensitivity: 'base' }) || byId(a, b)
const byPrice: Comparison = (a, b) => a.priceCents - b.priceCents || byId(a, b)

/** The fake has no scores: it sorts by id instead of relevance. */
const ORDERS: Record<ProductSort, Comparison> = {
  id: byId,
  '-id': (a, b) => byId(b, a),
  name: byName,
  '-name': (a, b) => byName(b, a),
  price: byPrice,
  '-price': (a, b) => byPrice(b, a),
  relevance: byId,
}

function matching({ search, category, minPriceCents, maxPriceCents, inStock }: ProductQuery) {
  const wanted = search === undefined ? undefined : wordsOf(search)
  return (product: Product): boolean => {
    const present = wordsOf(`${product.name} ${product.description}`)
    return (
      wanted?.length !== 0 &&
      (wanted ?? []).every((word) => present.some((other) => other.startsWith(word))) &&
      (category === undefined || product.category === category) &&
      product.priceCents >= (minPriceCents ?? 0) &&
      product.priceCents <= (maxPriceCents ?? Number.POSITIVE_INFINITY) &&
      (inStock === undefined || product.stock > 0 === inStock)
    )
  }
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{M}\p{N}_]+/gu) ?? []
}
