import type { Outcome } from '../load-plan'

/** Problems with which the shop refuses a valid request by a business rule: a response, not an error. */
const REFUSALS: ReadonlySet<string> = new Set(['insufficient-stock', 'unknown-product', 'illegal-transition'])

/** A response to an order without an id is a failure: the audit could not find the order. */
const NO_ORDER_ID = 'no-order-id'

export interface ClassifiedResponse {
  readonly outcome: Outcome
  readonly orderId?: string
  readonly cause?: string
}

/** @param bodyStart the start of the body: the first member of a problem is `type`, that of an order is `id` */
export function classifyResponse(isOrder: boolean, status: number, bodyStart: string): ClassifiedResponse {
  if (status >= 200 && status < 300) {
    if (!isOrder) return { outcome: 'accepted' }
    const orderId = /^\{"id":"([\x21\x23-\x5b\x5d-\x7e]+)"/.exec(bodyStart)?.[1]
    return orderId === undefined ? { outcome: 'failed', cause: NO_ORDER_ID } : { outcome: 'accepted', orderId }
  }
  const problem = /^\{"type":"(?:[^"\\]*\/)?([\w-]+)"/.exec(bodyStart)?.[1]
  const isRefusal = (status === 409 || status === 422) && problem !== undefined && REFUSALS.has(problem)
  return { outcome: isRefusal ? 'refused' : 'failed', cause: problem ?? String(status) }
}
