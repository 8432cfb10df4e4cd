import type { Channel, OrderBooks, ProductBooks, Reconciliation } from '../results'
import type { DeadLetter, RecordedOrder } from '../shop/bodies'
import { Complaints } from './complaints'

/** What a run was told, and what the shop has of it afterwards: each got by itself, none derived from another. */
export interface Evidence {
  readonly channels: readonly Channel[]
  /** Of every answer with success; each order asks for one unit of one product. */
  readonly accepted: readonly AcceptedOrder[]
  /** Every order of the run's users, as the lists of orders have them. */
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
  /** What the run put in stock. */
  readonly initial: number
  /** As the shop says. */
  readonly onHand: number
  /** As the shop says; held against the sum over the recorded orders. */
  readonly sold: number
}

/**
 * Holds the answers against the records: every accepted order ended as exactly one of confirmed, rejected or
 * dead-lettered, and for every product `initial = on hand + sold`, where sold is added up from the orders found.
 */
export function reconcile(evidence: Evidence): Reconciliation {
  const complaints = new Complaints()
  const orders = evidence.channels.map((channel) => balanceOrders(channel, evidence, complaints))
  const products = balanceProducts(evidence, complaints)
  return { holds: complaints.none, orders, products, complaints: complaints.toLines() }
}

function balanceOrders(channel: Channel, evidence: Evidence, complaints: Complaints): OrderBooks {
  const isOfChannel = (order: { channel: Channel }) => order.channel === channel
  const answers = countById(evidence.accepted.filter(isOfChannel))
  const recorded = evidence.recorded.filter(isOfChannel)
  const rows = countById(recorded)
  const byId = new Map(recorded.map((order) => [order.id, order]))
  const buried = new Set(
    evidence.deadLetters.filter(({ status }) => status !== 'replayed').map((letter) => letter.messageId),
  )
  const books = { accepted: 0, confirmed: 0, rejected: 0, deadLettered: 0, missing: 0, doubled: 0, unanswered: 0 }

  for (const [id, times] of answers) {
    books.accepted += times
    const order = byId.get(id)
    const doubt = doubtAbout({ times, rows: rows.get(id) ?? 0, isBuried: buried.has(id), order })
    if (doubt !== undefined) {
      books.doubled += 1
      complaints.add(`${channel}: doubled`, `${id} ${doubt}`)
    }
    if (order?.status === 'rejected') books.rejected += 1
    else if (order !== undefined) books.confirmed += 1
    else if (buried.has(id)) books.deadLettered += 1
    else {
      books.missing += 1
      complaints.add(`${channel}: accepted and lost`, id)
    }
    if (channel === 'sync' && order?.status === 'rejected') {
      complaints.add('sync: answered as confirmed, and rejected', id)
    }
  }
  // A refused synchronous order is recorded as rejected: that is its answer.
  const isAnswered = ({ id, status }: RecordedOrder) => answers.has(id) || (channel === 'sync' && status === 'rejected')
  books.unanswered = recorded.filter((order) => !isAnswered(order)).length
  return { channel, ...books }
}

interface Findings {
  readonly times: number
  readonly rows: number
  readonly isBuried: boolean
  readonly order: RecordedOrder | undefined
}

/** Why an order counts as doubled; undefined when it does not. */
function doubtAbout({ times, rows, isBuried, order }: Findings): string | undefined {
  const units = order?.lines.reduce((sum, { quantity }) => sum + quantity, 0) ?? 1
  if (times > 1) return `was given to ${times} requests`
  if (rows > 1) return `is recorded ${rows} times`
  if (rows > 0 && isBuried) return 'is recorded and among the dead letters'
  if (units !== 1) return `holds ${units} units, and 1 was asked for`
  return undefined
}

function balanceProducts({ products, recorded }: Evidence, complaints: Complaints): ProductBooks[] {
  const sold = new Map<number, number>()
  for (const { status, lines } of recorded) {
    if (status === 'rejected' || status === 'cancelled') continue
    for (const { productId, quantity } of lines) sold.set(productId, (sold.get(productId) ?? 0) + quantity)
  }
  return products.map(({ id, initial, onHand, sold: saidSold }) => {
    const soldUnits = sold.get(id) ?? 0
    const problems = [
      ...(initial === onHand + soldUnits ? [] : [`${initial} at first, ${onHand} on hand and ${soldUnits} in orders`]),
      ...(onHand < 0 ? [`${onHand} on hand`] : []),
      ...(saidSold === soldUnits ? [] : [`the shop says ${saidSold} were sold, its orders ${soldUnits}`]),
    ]
    for (const problem of problems) complaints.add('product', `${id}: ${problem}`)
    return { productId: id, initial, onHand, sold: soldUnits, holds: problems.length === 0 }
  })
}

function countById(orders: readonly { readonly id: string }[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { id } of orders) counts.set(id, (counts.get(id) ?? 0) + 1)
  return counts
}
