import {
  type AdjustedStock,
  adjustedStock,
  type CallLimits,
  changedProduct,
  createdProduct,
  type DomainEvent,
  type IdempotentRequest,
  type Inventory,
  type NewProduct,
  NotFoundError,
  type Page,
  type Product,
  type ProductChange,
  type ProductId,
  type ProductQuery,
  type ProductStore,
  productCreated,
  productDeleted,
  productUpdated,
  type StockAdjustment,
  stockChanged,
  VersionMismatchError,
} from '@ecommerce/domain'
import type { Database } from './database'
import { adjustmentsOf, findFirst, NEW_PRODUCTS, recordFirst } from './idempotency-keys'
import { listProducts } from './list-products'
import { recordEvents } from './outbox'
import { PRODUCT_COLUMNS, type ProductRow, toProduct } from './product-rows'
import { deleteWords, recordWords, WORDS_VERSION } from './product-words'
import { readInventory } from './read-inventory'
import type { Session } from './session'
import { type LockedProduct, lockProducts, recordLedger } from './stock'

interface Guard extends Pick<ProductChange, 'id' | 'condition'> {
  readonly options: CallLimits | undefined
}

export class MysqlProductStore implements ProductStore {
  constructor(private readonly database: Database) {}

  create(product: NewProduct, at: Date, request?: IdempotentRequest, options?: CallLimits): Promise<Product> {
    return this.database.transaction(
      async (session) => {
        const first = request && (await findFirst(session, NEW_PRODUCTS, request))
        if (first) return createdProduct(first.result, product, first.at)
        const created = await insertProduct(session, product, at)
        if (request) recordFirst(session, NEW_PRODUCTS, request, { result: created.id, at })
        return created
      },
      { ...options, repeatable: request !== undefined },
    )
  }

  /**
   * Fills an empty catalogue with products 1, 2, 3 and so on, in one transaction. Changes nothing if there are products,
   * even deleted ones. @returns the number of products
   */
  fill(products: readonly NewProduct[], at: Date): Promise<number> {
    return this.database.transaction(
      async (session) => {
        const [catalogue] = await session.rows<{ products: number }>('SELECT COUNT(*) AS products FROM products')
        if (catalogue && catalogue.products > 0) return catalogue.products
        for (const [index, product] of products.entries()) await insertProduct(session, product, at, index + 1)
        return products.length
      },
      // Another process may be filling it.
      { repeatable: true },
    )
  }

  get(id: ProductId, options?: CallLimits): Promise<Product> {
    return this.database.read((session) => getProduct(session, id), options)
  }

  list(query: ProductQuery, options?: CallLimits): Promise<Page<Product>> {
    return this.database.read((session) => listProducts(session, query), options)
  }

  update({ id, changes, condition, at }: ProductChange, options?: CallLimits): Promise<Product> {
    return this.#change({ id, condition, options }, async (session, current) => {
      const updated = changedProduct(current, changes, at)
      const { name, description, category, priceCents, version } = updated
      session.later(
        'UPDATE products SET name = ?, description = ?, category = ?, price_cents = ?, version = ?, updated_at = ? WHERE id = ?',
        [name, description, category, priceCents, version, at, id],
      )
      if (updated.name !== current.name || updated.description !== current.description) {
        deleteWords(session, id)
        recordWords(session, updated)
      }
      return { result: updated, event: productUpdated(updated) }
    })
  }

  delete({ id, condition, at }: Omit<ProductChange, 'changes'>, options?: CallLimits): Promise<void> {
    return this.#change({ id, condition, options }, async (session) => {
      session.later('UPDATE products SET deleted_at = ?, updated_at = ? WHERE id = ?', [at, at, id])
      deleteWords(session, id)
      return { result: undefined, event: productDeleted(id, at) }
    })
  }

  getInventory(
    id: ProductId,
    page: { limit: number; cursor?: string | undefined },
    options?: CallLimits,
  ): Promise<Inventory> {
    return this.database.read((session) => readInventory(session, id, page), options)
  }

  adjustStock(
    adjustment: StockAdjustment,
    at: Date,
    request?: IdempotentRequest,
    options?: CallLimits,
  ): Promise<AdjustedStock> {
    const { productId } = adjustment
    const scope = adjustmentsOf(productId)
    return this.database.transaction(
      async (session) => {
        // The lock comes first: then an adjustment that another process is making right now is recorded and found.
        const product = (await lockProducts(session, [productId])).get(productId)
        const first = request && (await findFirst(session, scope, request))
        if (first) return { onHand: first.result, at: first.at }
        if (!product || product.deleted) throw new NotFoundError('product', productId)
        const onHand = adjust(session, product, adjustment, at)
        if (request) recordFirst(session, scope, request, { result: onHand, at })
        return { onHand, at }
      },
      { ...options, repeatable: request !== undefined },
    )
  }

  /** Locks the product, so that only the first of two changes with the same condition is made. */
  #change<Result>(
    { id, condition, options }: Guard,
    work: (session: Session, current: Product) => Promise<{ result: Result; event: DomainEvent }>,
  ): Promise<Result> {
    return this.database.transaction(async (session) => {
      const current = await getProduct(session, id, 'FOR UPDATE')
      if (condition?.(current) === false) throw new VersionMismatchError(current.version)
      const { result, event } = await work(session, current)
      recordEvents(session, [event])
      return result
    }, options)
  }
}

/** @param fixedId default: the next number of the server, which a cluster may increase in larger steps */
async function insertProduct(session: Session, product: NewProduct, at: Date, fixedId?: ProductId): Promise<Product> {
  const { name, description, category, priceCents, stock } = product
  const { insertId } = await session.write(
    `INSERT INTO products
       (id, name, description, category, price_cents, stock, created_at, updated_at, words_version) VALUES (?)`,
    [[fixedId, name, description, category, priceCents, stock, at, at, WORDS_VERSION]],
  )
  const id = fixedId ?? insertId
  if (stock > 0) recordLedger(session, [{ productId: id, delta: stock, reason: 'initial', at }])
  const created = createdProduct(id, product, at)
  recordWords(session, created)
  recordEvents(session, [productCreated(created)])
  return created
}

/** Queues the adjustment of a locked product. @returns the units on hand after it @throws {StockLimitError} */
function adjust(session: Session, product: LockedProduct, { delta, note }: StockAdjustment, at: Date): number {
  const { id: productId, stock } = product
  const onHand = adjustedStock(stock, delta)
  session.later('UPDATE products SET stock = ? WHERE id = ?', [onHand, productId])
  recordLedger(session, [{ productId, delta, reason: 'adjustment', note, at }])
  recordEvents(session, [stockChanged(productId, onHand, delta, at)])
  return onHand
}

async function getProduct(session: Session, id: ProductId, lock: 'FOR UPDATE' | '' = ''): Promise<Product> {
  const [row] = await session.rows<ProductRow>(
    `SELECT ${PRODUCT_COLUMNS} FROM products WHERE id = ? AND deleted_at IS NULL ${lock}`,
    [id],
  )
  if (!row) throw new NotFoundError('product', id)
  return toProduct(row)
}
