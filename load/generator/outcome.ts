import type { Outcome } from '../load-plan'

/** Problems by which the shop refuses what it understood: an answer, not an error. */
const REFUSALS: ReadonlySet<string> = new Set(['insufficient-stock', 'unknown-product', 'illegal-transition'])

/** An order is accepted only with the id by which it is found again. */
const NO_ORDER_ID = 'no-order-id'

export interface Judged {
  readonly outcome: Outcome
  readonly orderId?: string
  readonly cause?: string
}

/** @param bodyStart of the answer: of a problem its `type`, of an order its `id` come first */
export function judge(isOrder: boolean, status: number, bodyStart: string): Judged {
  if (status >= 200 && status < 300) {
    if (!isOrder) return { outcome: 'accepted' }
    const orderId = /^\{"id":"([\x21\x23-\x5b\x5d-\x7e]+)"/.exec(bodyStart)?.[1]
    return orderId === undefined ? { outcome: 'failed', cause: NO_ORDER_ID } : { outcome: 'accepted', orderId }
  }
  const problem = /^\{"type":"(?:[^"\\]*\/)?([\w-]+)"/.exec(bodyStart)?.[1]
  const isRefusal = (status === 409 || status === 422) && problem !== undefined && REFUSALS.has(problem)
  return { outcome: isRefusal ? 'refused' : 'failed', cause: problem ?? String(status) }
}
