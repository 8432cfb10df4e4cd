import {
  type AdjustedStock,
  adjustedStock,
  changedProduct,
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
  wordsOfProduct,
  wordsOfSearch,
} from '@ecommerce/domain'
import { NEWEST_FIRST, pageOf } from './fake-page'
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
    const words = query.search === undefined ? undefined : wordsOfSearch(query.search)
    const order = orderOf(query.sort ?? 'relevance', words)
    const found = live.filter((product) => matchesFilters(product, query) && hasWords(product, words)).sort(order)
    return pageOf<Product, Product>(
      found,
      query,
      (product) => product,
      (product, position) => order(product, position) > 0,
    )
  }

  async update({ id, changes, condition, at }: ProductChange): Promise<Product> {
    const row = this.#expect(id, condition)
    const product = changedProduct(row.product, changes, at)
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
      .map((row, seq) => ({ ...row, seq }))
      .filter(({ productId }) => productId === id)
      .reverse()
    const query = { ...page, ledgerOf: id }
    const { items, nextCursor } = pageOf(entries, query, ...NEWEST_FIRST)
    const ledger = items.map(({ seq: _, productId: __, ...entry }) => entry)
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

const ORDERS: Record<Exclude<ProductSort, 'relevance'>, Comparison> = {
  id: byId,
  '-id': (a, b) => byId(b, a),
  name: byName,
  '-name': (a, b) => byName(b, a),
  price: byPrice,
  '-price': (a, b) => byPrice(b, a),
}

function orderOf(sort: ProductSort, words: readonly string[] | undefined): Comparison {
  if (sort !== 'relevance') return ORDERS[sort]
  const longest = words?.[0]
  if (longest === undefined) return byId
  const matchOf = (product: Product) => matchesOf(product, longest)[0] ?? ''
  return (a, b) => Buffer.compare(Buffer.from(matchOf(a)), Buffer.from(matchOf(b))) || byId(a, b)
}

/** Sorts as the index of MySQL does: whole words before longer ones, names before descriptions. */
function matchesOf(product: Product, word: string): string[] {
  return wordsOfProduct(product)
    .filter((other) => other.word.startsWith(word))
    .map((other) => `${other.word} ${other.inName ? 1 : 2}`)
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
}

function hasWords(product: Product, words: readonly string[] | undefined): boolean {
  return words === undefined || (words.length > 0 && words.every((word) => matchesOf(product, word).length > 0))
}

function matchesFilters(product: Product, { category, minPriceCents, maxPriceCents, inStock }: ProductQuery): boolean {
  return (
    (category === undefined || product.category === category) &&
    product.priceCents >= (minPriceCents ?? 0) &&
    product.priceCents <= (maxPriceCents ?? Number.POSITIVE_INFINITY) &&
    (inStock === undefined || product.stock > 0 === inStock)
  )
}
