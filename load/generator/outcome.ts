import type { Outcome } from '../load-plan'

/** Problems with which the shop refuses a valid request by a business rule: a response, not an error. */
const REFUSALS: ReadonlySet<string> = new Set(['insufficient-stock', 'unknown-product', 'illegal-transition'])

/** A response to an order without an id is a failure: the audit could not find the order. */
const NO_ORDER_ID = 'no-order-id'

/** Without the header, a client cannot know when to try again. */
const NO_RETRY_AFTER = 'no-retry-after'

export interface ResponseToClassify {
  readonly status: number
  readonly hasRetryAfter: boolean
  /** The start of the body: the first member of a problem is `type`, that of an order is `id`. */
  readonly bodyStart: string
}

export interface ClassifiedResponse {
  readonly outcome: Outcome
  readonly status: number
  readonly orderId?: string
  readonly cause?: string
}

export function classifyResponse(
  isOrder: boolean,
  { status, hasRetryAfter, bodyStart }: ResponseToClassify,
): ClassifiedResponse {
  if (status >= 200 && status < 300) {
    if (!isOrder) return { outcome: 'accepted', status }
    const orderId = /^\{"id":"([\x21\x23-\x5b\x5d-\x7e]+)"/.exec(bodyStart)?.[1]
    return orderId === undefined
      ? { outcome: 'failed', status, cause: NO_ORDER_ID }
      : { outcome: 'accepted', status, orderId }
  }
  if (status === 503 && !hasRetryAfter) return { outcome: 'failed', status, cause: NO_RETRY_AFTER }
  const problem = /^\{"type":"(?:[^"\\]*\/)?([\w-]+)"/.exec(bodyStart)?.[1]
  const isRefusal = (status === 409 || status === 422) && problem !== undefined && REFUSALS.has(problem)
  return { outcome: isRefusal ? 'refused' : 'failed', status, cause: problem ?? String(status) }
}
