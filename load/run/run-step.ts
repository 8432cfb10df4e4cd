import type { RunOptions } from '../command-line/options'
import type { Generated } from '../generator/generate'
import type { Progress } from '../generator/progress-meter'
import type { LiveView } from '../live/live-view'
import type { LoadPlan, StepSpec } from '../load-plan'
import { type StepSummary, summarizeStep } from '../measure/summarize-step'
import type { AcceptedOrder } from '../reconcile/reconcile'
import type { AccessToken } from '../shop/access-token'
import type { Shop } from '../shop/shop'
import { ShopError } from '../shop/shop-error'
import { type AuditedStock, earliestCreationMs } from './audited-stock'
import { type LiveTicker, liveTicker } from './live-ticker'
import { type SettledOrders, type Settling, settle } from './settle'
import { ShopSampler } from './shop-sampler'

export type Generate = (
  plan: LoadPlan,
  watch: { onProgress(progress: Progress): void; signal: AbortSignal; token?: AccessToken },
) => Promise<Generated>

/** The generator failed, not the shop. The results of its step are lost. */
export class GeneratorError extends Error {
  override readonly name = 'GeneratorError'
  readonly code = 'generator'

  constructor(cause: unknown) {
    super(`the generator failed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}

export interface StepParts {
  readonly options: RunOptions
  readonly shop: Shop
  readonly stock: AuditedStock
  readonly generate: Generate
  readonly view: LiveView
  /** Aborting it ends the step early: the requests sent by then are settled and summarized. */
  readonly stop: AbortSignal
  /** The prefix of the run; a step appends its own name. */
  readonly userPrefix: string
}

export interface RunStep {
  readonly summary: StepSummary
  readonly accepted: readonly AcceptedOrder[]
  /** Whether the shop reports when orders were consumed, and has metrics. */
  readonly reports: { readonly consumedAt: boolean; readonly metrics: boolean }
  /** Set if the shop stopped responding: then the summary is partial. */
  readonly failure?: ShopError
}

/**
 * One step from its products to its figures.
 * @throws {ShopError | GeneratorError | InterruptedError} if the step has no results
 */
export async function runStep({ planned, pace }: StepSpec, parts: StepParts): Promise<RunStep> {
  const { options, shop, stock, generate, view, stop } = parts
  const products = await stock.createProducts(planned.name, options.assortment, stop)
  const userPrefix = `${parts.userPrefix}-${planned.channel}-${planned.repetition}`
  const plan: LoadPlan = {
    url: options.url,
    pace,
    warmupMs: planned.warmupMs,
    traffic: { channel: planned.channel, kinds: options.kinds, products, userPrefix, users: options.users },
    // All channels of a repetition get the same choices, each repetition gets others.
    seed: (options.seed + planned.repetition) % 2 ** 31,
    workers: options.workers,
    connections: pace.loop === 'closed' ? pace.clients : options.connections,
    maxInFlight: options.maxInFlight,
    timeoutMs: options.timeoutMs,
  }
  view.stepStarted(planned)
  const sampler = new ShopSampler(shop)
  const ticker = liveTicker(planned, sampler)
  try {
    const signal = AbortSignal.any([stop, sampler.gone])
    const generated = await generate(plan, {
      signal,
      onProgress: (progress) => view.progress(ticker.sending(progress)),
    }).catch((error: unknown) => {
      throw new GeneratorError(error)
    })
    const measuredMs = measuredFor(generated, planned.measuredMs, signal.aborted)
    const accepted = acceptedOf(generated, planned.channel)
    const settling = {
      channel: planned.channel,
      acceptedIds: accepted.map(({ id }) => id),
      userPrefix: `${userPrefix}-`,
      sinceMs: earliestCreationMs(products),
      timeoutMs: options.drainTimeoutMs,
    }
    const settled = await settleOrFail(shop, settling, sampler.gone, ticker, view)
    const summary = summarizeStep({
      planned,
      zeroMs: generated.startedAt.getTime(),
      measuredMs,
      samples: generated.samples,
      recorded: settled.recorded,
      health: generated.health,
      readings: sampler.readings,
      ...(settled.gaveUpAtMs !== undefined && { gaveUpAtMs: settled.gaveUpAtMs }),
    })
    view.stepEnded(summary.result)
    return {
      summary,
      accepted,
      reports: {
        consumedAt: [...settled.recorded.values()].some(({ consumedAtMs }) => consumedAtMs !== undefined),
        metrics: sampler.readings.length > 0,
      },
      ...(settled.failure !== undefined && { failure: settled.failure }),
    }
  } finally {
    sampler.stop()
  }
}

/** In the order of their responses. */
function acceptedOf({ samples }: Generated, channel: AcceptedOrder['channel']): AcceptedOrder[] {
  const accepted: { id: string; doneUs: number }[] = []
  for (const { kind, outcome, orderId, doneUs } of samples) {
    if (kind === 'order' && outcome === 'accepted' && orderId !== undefined) accepted.push({ id: orderId, doneUs })
  }
  return accepted.sort((a, b) => a.doneUs - b.doneUs).map(({ id }) => ({ channel, id }))
}

/** The planned time, or the time up to the last request if that ended the step. */
function measuredFor({ samples }: Generated, plannedMs: number | undefined, wasStopped: boolean): number {
  if (plannedMs !== undefined && !wasStopped) return plannedMs
  let lastUs = 0
  for (const { dueUs, doneUs } of samples) lastUs = Math.max(lastUs, plannedMs === undefined ? doneUs : dueUs)
  return Math.min(plannedMs ?? Number.POSITIVE_INFINITY, Math.ceil(lastUs / 1_000))
}

async function settleOrFail(
  shop: Shop,
  settling: Settling,
  gone: AbortSignal,
  ticker: LiveTicker,
  view: LiveView,
): Promise<SettledOrders & { readonly failure?: ShopError }> {
  const draining = setInterval(() => view.progress(ticker.draining()), 1_000)
  try {
    if (gone.aborted) throw new ShopError('unreachable', `${shop.url} stopped responding`)
    return await settle(shop, settling)
  } catch (error) {
    if (!(error instanceof ShopError)) throw error
    return { recorded: new Map(), gaveUpAtMs: Date.now(), failure: error }
  } finally {
    clearInterval(draining)
  }
}
