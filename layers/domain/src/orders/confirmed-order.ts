import { IdempotencyKeyReusedError } from '../idempotency'
import type { Order, OrderRequest } from './order'
import { InsufficientStockError, UnknownProductError } from './order-errors'
import type { Outcome } from './place-orders'

/**
 * The confirmed order of a synchronous request. Any other outcome is thrown as an error.
 * @throws {InsufficientStockError} @throws {UnknownProductError} @throws {IdempotencyKeyReusedError}
 */
export function confirmedOrder(outcome: Outcome, request: OrderRequest): Order {
  switch (outcome.kind) {
    case 'confirmed':
      return outcome.order
    case 'rejected':
      throw new InsufficientStockError(request, outcome.order)
    case 'unknown-product':
      throw new UnknownProductError(request, outcome.productIds)
    case 'duplicate':
      if (!outcome.sameRequest) throw new IdempotencyKeyReusedError()
      return firstResult(outcome.first, request)
  }
}

/**
 * The result of the first request, whatever the current status of the order is. If the first request came through a
 * broker, its response was a pending order, which is of no use now: then it is the order as it is.
 */
function firstResult(first: Order, request: OrderRequest): Order {
  const productIds = first.shortages?.map(({ productId }) => productId) ?? []
  if (first.reason === 'unknown-product') throw new UnknownProductError(request, productIds)
  if (first.reason === 'insufficient-stock') throw new InsufficientStockError(request, first)
  return first.channel === 'sync' ? { ...first, status: 'confirmed', updatedAt: first.committedAt } : first
}
