import type { Channel, OrderBalance, ProductBalance, Reconciliation } from '../results'
import type { DeadLetter, RecordedOrder } from '../shop/bodies'
import { Discrepancies } from './discrepancies'

/** The responses of a run and the records of the shop afterwards. Each member is read separately, none is derived. */
export interface Evidence {
  readonly channels: readonly Channel[]
  /** One entry per response with success. Each order is for one unit of one product. */
  readonly accepted: readonly AcceptedOrder[]
  /** All orders of the run's users, as the shop lists them. */
  readonly recorded: readonly RecordedOrder[]
  readonly deadLetters: readonly DeadLetter[]
  readonly products: readonly AuditedProduct[]
}

export interface AcceptedOrder {
  readonly channel: Channel
  readonly id: string
}

export interface AuditedProduct {
  readonly id: number
  /** The stock that the run created. */
  readonly initial: number
  /** As the shop reports it. */
  readonly onHand: number
  /** As the shop reports it; checked against the sum over the recorded orders. */
  readonly sold: number
}

/**
 * Compares the responses with the records. Every accepted order must have ended as exactly one of confirmed, rejected
 * or dead-lettered. For every product `initial = on hand + sold`, where `sold` is the sum over the recorded orders.
 */
export function reconcile(evidence: Evidence): Reconciliation {
  const discrepancies = new Discrepancies()
  const orders = evidence.channels.map((channel) => balanceOrders(channel, evidence, discrepancies))
  const products = balanceProducts(evidence, discrepancies)
  return { holds: discrepancies.isEmpty, orders, products, discrepancies: discrepancies.toLines() }
}

function balanceOrders(channel: Channel, evidence: Evidence, discrepancies: Discrepancies): OrderBalance {
  const isOfChannel = (order: { channel: Channel }) => order.channel === channel
  const responses = countById(evidence.accepted.filter(isOfChannel))
  const recorded = evidence.recorded.filter(isOfChannel)
  const rows = countById(recorded)
  const byId = new Map(recorded.map((order) => [order.id, order]))
  const deadLettered = new Set(
    evidence.deadLetters.filter(({ status }) => status !== 'replayed').map((letter) => letter.messageId),
  )
  const balance = {
    accepted: 0,
    confirmed: 0,
    rejected: 0,
    deadLettered: 0,
    missing: 0,
    doubled: 0,
    withoutResponse: 0,
  }

  for (const [id, times] of responses) {
    balance.accepted += times
    const order = byId.get(id)
    const reason = doubledBecause({ times, rows: rows.get(id) ?? 0, isDeadLettered: deadLettered.has(id), order })
    if (reason !== undefined) {
      balance.doubled += 1
      discrepancies.add(`${channel}: doubled`, `${id} ${reason}`)
    }
    if (order?.status === 'rejected') balance.rejected += 1
    else if (order !== undefined) balance.confirmed += 1
    else if (deadLettered.has(id)) balance.deadLettered += 1
    else {
      balance.missing += 1
      discrepancies.add(`${channel}: accepted and lost`, id)
    }
    if (channel === 'sync' && order?.status === 'rejected') {
      discrepancies.add('sync: confirmed in the response, but rejected in the records', id)
    }
  }
  // A refused synchronous order is recorded as rejected, and the refusal was its response.
  const hasResponse = ({ id, status }: RecordedOrder) =>
    responses.has(id) || (channel === 'sync' && status === 'rejected')
  balance.withoutResponse = recorded.filter((order) => !hasResponse(order)).length
  return { channel, ...balance }
}

interface OrderRecords {
  readonly times: number
  readonly rows: number
  readonly isDeadLettered: boolean
  readonly order: RecordedOrder | undefined
}

/** Why an order counts as doubled; undefined when it does not. */
function doubledBecause({ times, rows, isDeadLettered, order }: OrderRecords): string | undefined {
  const units = order?.lines.reduce((sum, { quantity }) => sum + quantity, 0) ?? 1
  if (times > 1) return `was returned to ${times} requests`
  if (rows > 1) return `is recorded ${rows} times`
  if (rows > 0 && isDeadLettered) return 'is recorded and also dead-lettered'
  if (units !== 1) return `has ${units} units instead of 1`
  return undefined
}

function balanceProducts({ products, recorded }: Evidence, discrepancies: Discrepancies): ProductBalance[] {
  const sold = new Map<number, number>()
  for (const { status, lines } of recorded) {
    if (status === 'rejected' || status === 'cancelled') continue
    for (const { productId, quantity } of lines) sold.set(productId, (sold.get(productId) ?? 0) + quantity)
  }
  return products.map(({ id, initial, onHand, sold: reportedSold }) => {
    const soldUnits = sold.get(id) ?? 0
    const problems = [
      ...(initial === onHand + soldUnits
        ? []
        : [`${initial} initial, but ${onHand} on hand and ${soldUnits} in orders`]),
      ...(onHand < 0 ? [`${onHand} on hand`] : []),
      ...(reportedSold === soldUnits
        ? []
        : [`the shop reports ${reportedSold} sold, its orders sum up to ${soldUnits}`]),
    ]
    for (const problem of problems) discrepancies.add('product', `${id}: ${problem}`)
    return { productId: id, initial, onHand, sold: soldUnits, holds: problems.length === 0 }
  })
}

function countById(orders: readonly { readonly id: string }[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { id } of orders) counts.set(id, (counts.get(id) ?? 0) + 1)
  return counts
}
