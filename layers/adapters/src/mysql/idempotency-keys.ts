import { assertRepeats, type IdempotentRequest } from '@ecommerce/domain'
import type { Session } from './session'

/** What the response to the first request contains beyond the request itself. */
export interface FirstResult {
  /** The id of the new product, or the units on hand after the adjustment. */
  readonly result: number
  readonly at: Date
}

export const NEW_PRODUCTS = 'product'

export function adjustmentsOf(productId: number): string {
  return `stock/${productId}`
}

/**
 * Returns the result of the first request with this key, if there is one.
 * @throws {IdempotencyKeyReusedError} when it was another request
 */
export async function findFirst(
  session: Session,
  scope: string,
  request: IdempotentRequest,
): Promise<FirstResult | undefined> {
  const [first] = await session.rows<FirstResult & { fingerprint: string }>(
    'SELECT fingerprint, result, at FROM idempotency_keys WHERE scope = ? AND idempotency_key = ?',
    [scope, request.key],
  )
  if (first) assertRepeats(request, first)
  return first
}

/**
 * Queues the key of a request, to be written with the commit. It fails with a duplicate entry when another transaction
 * has written the key meanwhile, so the transaction must be repeatable.
 */
export function recordFirst(session: Session, scope: string, request: IdempotentRequest, first: FirstResult): void {
  session.later('INSERT INTO idempotency_keys (scope, idempotency_key, fingerprint, result, at) VALUES (?)', [
    [scope, request.key, request.fingerprint, first.result, first.at],
  ])
}
