import type { RunOptions } from '../command-line/options'
import type { LiveView } from '../live/live-view'
import type { PlannedStep } from '../load-plan'
import { summarizeChannel } from '../measure/summarize-channel'
import type { StepSummary } from '../measure/summarize-step'
import { CHANNELS, type ChannelResult, RESULTS_SCHEMA, type Results, type RunFacts } from '../results'
import { AccessToken } from '../shop/access-token'
import { assertShop } from '../shop/assert-shop'
import { Shop } from '../shop/shop'
import { ShopError } from '../shop/shop-error'
import { limitationsOf } from '../verdict/limitations'
import { verdictOf } from '../verdict/verdict'
import { audit, notAudited } from './audit'
import { AuditedStock } from './audited-stock'
import { durabilityFacts, environmentFacts } from './environment'
import { withGoodput } from './goodput'
import { InterruptedError, unlessStopped } from './interrupted'
import { type Generate, GeneratorError, type RunStep, runStep } from './run-step'
import { saturationPointOf } from './search-highest-rate'
import { plannedSteps, stepSequence } from './step-sequence'

/** Enough for a restart of the shop. A longer time would only delay the end of a run. */
const RETRY_FOR_MS = 5_000

export interface RunParts {
  /** Unique: it names the folder of the run, its products and its users. */
  readonly runId: string
  readonly commandLine: string
  readonly generate: Generate
  readonly view: LiveView
  readonly stop: AbortSignal
  /** How long the run waits for a shop that does not respond; 5 s by default. */
  readonly retryForMs?: number
}

/**
 * Measures, audits and decides the verdict. If the shop stops responding or `stop` is aborted, the run ends early with
 * partial results.
 * @throws {ShopError | GeneratorError | InterruptedError} if the run could not start
 */
export async function runLoad(options: RunOptions, parts: RunParts): Promise<Results> {
  const startedAt = new Date()
  const token = await unlessStopped(parts.stop, AccessToken.open(options.credentials))
  const shop = new Shop(options.url, parts.retryForMs ?? RETRY_FOR_MS, () => token.authorization)
  const generate: Generate = (plan, watch) => parts.generate(plan, { ...watch, token })
  try {
    return await measureAndAudit(shop, options, { ...parts, generate }, startedAt)
  } finally {
    token.close()
    await shop.close()
  }
}

async function measureAndAudit(shop: Shop, options: RunOptions, parts: RunParts, startedAt: Date): Promise<Results> {
  const { about, environment } = await unlessStopped(parts.stop, inspect(shop, options))
  const stock = new AuditedStock(shop, parts.runId)
  const userPrefix = `load-${parts.runId}`
  try {
    const { steps, failure } = await runSteps(options, parts, { shop, stock, userPrefix })
    const ending = endingOf(failure, parts.stop)
    const accepted = steps.flatMap((step) => step.accepted)
    const channels = CHANNELS.filter((channel) => steps.some(({ summary }) => summary.result.channel === channel))
    const reconciliation =
      steps.length === 0
        ? notAudited('the run ended before a request was sent')
        : await audit(shop, stock, { channels, accepted, userPrefix: `${userPrefix}-` })
    const summarized = options.pattern.kind === 'search' ? highestThatHeld(steps, options) : steps
    const channelResults = channelsOf(summarized)
    const unremovedProducts = await stock.deleteProducts()
    const results = steps.map(({ summary }) => summary.result)
    return {
      schema: RESULTS_SCHEMA,
      run: {
        id: parts.runId,
        profile: options.profile,
        seed: options.seed,
        baseUrl: withoutCredentials(options.url),
        commandLine: parts.commandLine,
        startedAt: startedAt.toISOString(),
        endedAt: new Date().toISOString(),
        ...ending,
      },
      verdict: verdictOf({
        ...ending,
        channels: channelResults,
        steps: summarized.map(({ summary }) => summary.result),
        reconciliation,
        objectives: options.objectives,
      }),
      channels: channelResults,
      steps: results,
      reconciliation,
      ...(options.pattern.kind === 'search' && {
        saturation: withGoodput(results.map((step) => saturationPointOf(step, options.objectives))),
      }),
      environment,
      durability: durabilityFacts(about),
      limitations: limitationsOf({
        options,
        clockOffsetMs: stock.clockOffsetMs,
        reports: {
          about: about !== undefined,
          metrics: steps.some(({ reports }) => reports.metrics),
          consumedAt: steps.some(({ reports }) => reports.consumedAt),
        },
        unremovedProducts,
      }),
    }
  } catch (error) {
    await stock.deleteProducts()
    throw error
  }
}

/** Checks the shop before the first order. */
async function inspect(shop: Shop, { channels }: RunOptions) {
  await assertShop(shop, channels)
  const about = await shop.about()
  return { about, environment: await environmentFacts(about) }
}

interface Steps {
  readonly steps: readonly RunStep[]
  readonly failure?: ShopError | GeneratorError
}

async function runSteps(
  options: RunOptions,
  { runId, generate, view, stop }: RunParts,
  shopParts: { readonly shop: Shop; readonly stock: AuditedStock; readonly userPrefix: string },
): Promise<Steps> {
  const known: PlannedStep[] = plannedSteps(options).map(({ planned }) => planned)
  const showPlan = () =>
    view.plan({
      runId,
      profile: options.profile,
      baseUrl: options.url,
      steps: [...known],
      ...(options.pattern.kind === 'search' && { isOpenEnded: true as const }),
    })
  showPlan()
  const steps: RunStep[] = []
  const sequence = stepSequence(options)
  // The first call passes no result, because no step has run yet.
  let next = sequence.next()
  while (!next.done && !stop.aborted) {
    const { planned } = next.value
    if (!known.some(({ name }) => name === planned.name)) {
      known.push(planned)
      showPlan()
    }
    try {
      const step = await runStep(next.value, { options, generate, view, stop, ...shopParts })
      steps.push(step)
      if (step.failure !== undefined) return { steps, failure: step.failure }
      next = sequence.next(step.summary.result)
    } catch (error) {
      if (error instanceof InterruptedError && steps.length > 0) return { steps }
      const isExpected = error instanceof ShopError || error instanceof GeneratorError
      if (isExpected && steps.length > 0) return { steps, failure: error }
      throw error
    }
  }
  return { steps }
}

function endingOf(failure: Error | undefined, stop: AbortSignal): Pick<RunFacts, 'ending' | 'reason'> {
  if (failure !== undefined) return { ending: 'failed', reason: failure.message }
  if (stop.aborted) return { ending: 'interrupted', reason: 'the run was interrupted' }
  return { ending: 'complete' }
}

function channelsOf(steps: readonly RunStep[]): ChannelResult[] {
  return CHANNELS.flatMap((channel) => {
    const summaries = steps.map(({ summary }) => summary).filter(({ result }) => result.channel === channel)
    return summaries.length === 0 ? [] : [summarizeChannel(channel, summaries)]
  })
}

/** For each channel, the step at the highest rate that held, or the last step if none held. */
function highestThatHeld(steps: readonly RunStep[], options: RunOptions): RunStep[] {
  const rateOf = ({ result }: StepSummary) => result.ratePerSecond ?? 0
  return CHANNELS.flatMap((channel) => {
    const probes = steps.filter(({ summary }) => summary.result.channel === channel)
    const held = probes.filter(({ summary }) => saturationPointOf(summary.result, options.objectives).holds)
    const [best] = held.sort((one, other) => rateOf(other.summary) - rateOf(one.summary))
    return best === undefined ? probes.slice(-1) : [best]
  })
}

function withoutCredentials(url: string): string {
  const { origin, pathname } = new URL(url)
  return `${origin}${pathname === '/' ? '' : pathname}`
}
