import { CHANNELS, type Channel, type OrderBalance } from '../../load/results'
import { AuditedStock } from '../../load/run/audited-stock'
import { InterruptedError } from '../../load/run/interrupted'
import { Shop } from '../../load/shop/shop'
import { ShopError } from '../../load/shop/shop-error'
import type { BoundFault, FaultSystem } from '../catalogue/fault'
import { brokenPromises } from '../measure/broken-promises'
import { loggedMessages } from '../measure/logged-messages'
import { summarizeChannel } from '../measure/summarize-channel'
import type { TimedRequest } from '../measure/timed-request'
import type { CellResult } from '../results'
import { type AcceptedOrders, auditCell, type CellAudit } from './audit-cell'
import { CellLoad } from './cell-load'
import { HEALTHY_FOR_MS, type Injected, injectUnder } from './inject'
import { recover } from './recover'

export interface CellOptions {
  /** Unique: it names the products and users of the cell. */
  readonly cellId: string
  readonly ratePerSecond: number
  readonly faultSeconds: number
  readonly seed: number
  /** How long the audit waits for accepted orders; 20 s by default. */
  readonly settleWithinMs?: number
  readonly stop: AbortSignal
}

/** One product is sold out during the cell, so that an oversale would show. */
const ASSORTMENT = { products: 3, popularity: 'even', unitsOfFirst: 150 } as const
const SETTLED_WITHIN_MS = 20_000
const RETRY_FOR_MS = 20_000
/** The load ends by itself if nobody stops it. */
const LOAD_AT_MOST_MS = 900_000
/** While the clock steps, orders may seem to be this much older than they are. */
const CLOCK_MARGIN_MS = 2 * 3_600_000

const NO_BALANCE = {
  accepted: 0,
  confirmed: 0,
  rejected: 0,
  deadLettered: 0,
  missing: 0,
  doubled: 0,
  withoutResponse: 0,
}

/**
 * Sends load, injects the fault, ends it, waits until all channels work again, and audits. If they do not, the shop is
 * restarted, so that it works when this returns.
 * @throws {ShopError | UnhealthyError | InterruptedError} without a result
 */
export async function runCell(fault: BoundFault, system: FaultSystem, options: CellOptions): Promise<CellResult> {
  const shop = new Shop(system.shop.url, RETRY_FOR_MS)
  try {
    const startedAt = new Date()
    const logFrom = system.shop.log.length
    const stock = new AuditedStock(shop, options.cellId)
    const userPrefix = `faults-${options.cellId}`
    const load = new CellLoad({
      url: system.shop.url,
      ratePerSecond: options.ratePerSecond,
      products: await stock.createProducts(fault.id, ASSORTMENT, options.stop),
      userPrefix,
      seed: options.seed,
      atMostMs: LOAD_AT_MOST_MS,
    })
    const faultMs = (fault.seconds ?? options.faultSeconds) * 1_000
    const { injected, requests } = await sendAndInject(load, { fault, faultMs, stop: options.stop })
    if (options.stop.aborted) throw new InterruptedError()
    const sinceMs = stock.createdSinceMs - (fault.id.startsWith('shop:clock') ? CLOCK_MARGIN_MS : 0)
    const accepted = { byChannel: acceptedOf(requests), userPrefix, sinceMs }
    const { settleWithinMs = SETTLED_WITHIN_MS } = options
    const { isServed } = injected
    const audited = await auditOrRestart({ shop, stock, accepted, fault, system, isServed, settleWithinMs })
    return toResult({
      fault,
      requests,
      injected,
      ...audited,
      startedAt,
      loadStartedMs: load.startedMs,
      log: system.shop.log.slice(logFrom),
    })
  } finally {
    await shop.close()
  }
}

async function sendAndInject(load: CellLoad, given: Parameters<typeof injectUnder>[1]) {
  try {
    const injected = await injectUnder(load, given)
    return { injected, requests: await load.stop() }
  } catch (error) {
    await load.stop()
    throw error
  }
}

/** In the order of their responses. */
function acceptedOf(requests: readonly TimedRequest[]): ReadonlyMap<Channel, readonly string[]> {
  const inOrder = requests.toSorted((a, b) => a.doneMs - b.doneMs)
  const idsOf = (channel: Channel) =>
    inOrder.flatMap((request) => (request.channel === channel && request.orderId ? [request.orderId] : []))
  return new Map(CHANNELS.map((channel) => [channel, idsOf(channel)]))
}

interface AuditOrRestart {
  readonly shop: Shop
  readonly stock: AuditedStock
  readonly accepted: AcceptedOrders
  readonly fault: BoundFault
  readonly system: FaultSystem
  readonly isServed: boolean
  readonly settleWithinMs: number
}

/** Orders that the shop merely does not consume any more are not lost: a restart shows the difference. */
async function auditOrRestart({ shop, stock, accepted, fault, system, isServed, settleWithinMs }: AuditOrRestart) {
  const audit = await auditCell(shop, stock, accepted, settleWithinMs).catch(messageOfShopError)
  const missing = typeof audit === 'string' ? 0 : missingIn(audit)
  const hasLost = missing > 0 && !fault.allows?.includes('destroys-orders')
  if (isServed && typeof audit !== 'string' && !hasLost) return { audit, restartedBecause: undefined }
  await recover(system)
  const again = await auditCell(shop, stock, accepted, settleWithinMs)
  return { audit: again, restartedBecause: reasonOf(isServed, audit, missing - missingIn(again)) }
}

function messageOfShopError(error: unknown): string {
  if (error instanceof ShopError) return error.message
  throw error
}

/** Undefined if the restart changed nothing: what is missing then is lost. */
function reasonOf(isServed: boolean, audit: CellAudit | string, found: number): string | undefined {
  if (!isServed) return 'a channel did not accept orders again in time'
  if (typeof audit === 'string') return audit
  return found > 0 ? `${found} accepted orders were not processed before` : undefined
}

function missingIn({ missing }: CellAudit): number {
  return [...missing.values()].reduce((sum, ids) => sum + ids.length, 0)
}

interface Measured {
  readonly fault: BoundFault
  readonly requests: readonly TimedRequest[]
  readonly injected: Injected
  readonly audit: CellAudit
  readonly restartedBecause: string | undefined
  readonly startedAt: Date
  readonly loadStartedMs: number
  readonly log: string
}

function toResult(measured: Measured): CellResult {
  const { fault, requests, injected, audit, restartedBecause, startedAt, loadStartedMs, log } = measured
  const { times } = injected
  // Before that, the load and the shop were warming up.
  const counted = requests.filter(({ dueMs }) => dueMs >= times.begunMs - HEALTHY_FOR_MS)
  const { orders, products } = audit.reconciliation
  const balanceOf = (channel: Channel): OrderBalance =>
    orders.find((balance) => balance.channel === channel) ?? { channel, ...NO_BALANCE }
  const judged = {
    fault: fault.id,
    title: fault.title,
    startedAt: startedAt.toISOString(),
    begunMs: times.begunMs - loadStartedMs,
    endedMs: times.endedMs - loadStartedMs,
    restoredMs: times.restoredMs - loadStartedMs,
    channels: CHANNELS.map((channel) =>
      summarizeChannel({
        channel,
        requests: counted.filter((request) => request.channel === channel),
        // The times of orders are of no use while the clock of the shop steps.
        recorded: fault.id.startsWith('shop:clock') ? new Map() : (audit.recorded.get(channel) ?? new Map()),
        balance: balanceOf(channel),
        missing: audit.missing.get(channel) ?? [],
        times,
        destroysOrders: fault.allows?.includes('destroys-orders') === true,
      }),
    ),
    oversold: products.filter(({ onHand, sold, initial }) => onHand < 0 || sold > initial).length,
    stockAddsUp: products.every(({ holds }) => holds),
    ...(restartedBecause !== undefined && { restartedBecause }),
    log: loggedMessages(log),
  }
  return { ...judged, broken: brokenPromises(judged, fault) }
}
