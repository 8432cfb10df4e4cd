import { AppError, type FieldProblem } from '../errors'
import type { ProductId } from '../products/product'
import type { Order, OrderRequest } from './order'

/** The order is recorded as rejected, because there is not enough stock for all of its lines. */
export class InsufficientStockError extends AppError {
  readonly code = 'insufficient-stock'

  constructor(
    request: OrderRequest,
    readonly order: Order,
  ) {
    super('There is not enough stock for this order.')
    this.fields = fieldsOf(request, order.shortages ?? [], 'quantity', ({ available }) => `only ${available} available`)
  }

  override readonly fields
}

export class UnknownProductError extends AppError {
  readonly code = 'unknown-product'

  constructor(request: OrderRequest, productIds: readonly ProductId[]) {
    super(`There is no product ${productIds.join(', ')}.`)
    const unknown = productIds.map((productId) => ({ productId }))
    this.fields = fieldsOf(request, unknown, 'product_id', ({ productId }) => `there is no product ${productId}`)
  }

  override readonly fields
}

function fieldsOf<Fault extends { readonly productId: ProductId }>(
  { lines, linePointers }: OrderRequest,
  faults: readonly Fault[],
  member: string,
  detail: (fault: Fault) => string,
): FieldProblem[] {
  return faults.map((fault) => {
    const line = lines.findIndex(({ productId }) => productId === fault.productId)
    return { pointer: `${linePointers[line] ?? ''}/${member}`, detail: detail(fault) }
  })
}
