import type { DomainEvent } from '../domain-event'
import type { Product, ProductId } from './product'

export const productCreated = (product: Product) => productEvent('product_created', product)
export const productUpdated = (product: Product) => productEvent('product_updated', product)

export function productDeleted(id: ProductId, at: Date): DomainEvent {
  return { type: 'product_deleted', version: 1, aggregate: 'product', aggregateId: String(id), at, data: { id } }
}

export function stockChanged(id: ProductId, stock: number, delta: number, at: Date): DomainEvent {
  return {
    type: 'product_stock_changed',
    version: 1,
    aggregate: 'product',
    aggregateId: String(id),
    at,
    data: { id, stock, delta },
  }
}

function productEvent(type: 'product_created' | 'product_updated', product: Product): DomainEvent {
  return {
    type,
    version: 1,
    aggregate: 'product',
    aggregateId: String(product.id),
    at: product.updatedAt,
    data: {
      id: product.id,
      name: product.name,
      description: product.description,
      category: product.category,
      price_cents: product.priceCents,
      stock: product.stock,
      version: product.version,
    },
  }
}
