import type { RunOptions } from '../command-line/options'
import type { LiveView } from '../live/live-view'
import type { PlannedStep } from '../load-plan'
import { summarizeChannel } from '../measure/summarize-channel'
import type { StepSummary } from '../measure/summarize-step'
import { CHANNELS, type ChannelResult, RESULTS_SCHEMA, type Results, type RunFacts } from '../results'
import { assertShop } from '../shop/assert-shop'
import { Shop } from '../shop/shop'
import { ShopError } from '../shop/shop-error'
import { caveatsOf } from '../verdict/caveats'
import { judge } from '../verdict/verdict'
import { audit, notAudited } from './audit'
import { AuditedStock } from './audited-stock'
import { courseOf, plannedSteps } from './course'
import { durabilityFacts, environmentFacts } from './environment'
import { type Generate, GeneratorError, type RunStep, runStep } from './run-step'
import { saturationPointOf } from './search-highest-rate'

/** Enough for a shop that is started again; who watches should not have to wait longer for the end. */
const PATIENCE_MS = 5_000

export interface RunParts {
  /** Names the folder of the run, its products and its users: nothing else may have it. */
  readonly runId: string
  readonly commandLine: string
  readonly generate: Generate
  readonly view: LiveView
  readonly stop: AbortSignal
  /** How long a shop that does not answer is waited for; 5 s by default. */
  readonly patienceMs?: number
}

/**
 * Measures as the options say, audits, and judges. A shop that goes away, or whoever aborts `stop`, ends the run early:
 * what there is by then is in the results.
 * @throws {ShopError | GeneratorError} when nothing could be begun
 */
export async function runLoad(options: RunOptions, parts: RunParts): Promise<Results> {
  const startedAt = new Date()
  const shop = new Shop(options.url, parts.patienceMs ?? PATIENCE_MS)
  await assertShop(shop, options.channels)
  const about = await shop.about()
  const environment = await environmentFacts(about)
  const stock = new AuditedStock(shop, parts.runId)
  const userPrefix = `load-${parts.runId}`
  try {
    const { steps, failure } = await runSteps(options, parts, { shop, stock, userPrefix })
    const ending = endingOf(failure, parts.stop)
    const accepted = steps.flatMap((step) => step.accepted)
    const channels = CHANNELS.filter((channel) => steps.some(({ summary }) => summary.result.channel === channel))
    const reconciliation =
      steps.length === 0
        ? notAudited('the run ended before anything was sent')
        : await audit(shop, stock, { channels, accepted, userPrefix: `${userPrefix}-` })
    const counted = options.course.kind === 'search' ? highestThatHeld(steps, options) : steps
    const channelResults = channelsOf(counted)
    const unremovedProducts = await stock.clear()
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
      verdict: judge({
        ...ending,
        channels: channelResults,
        steps: counted.map(({ summary }) => summary.result),
        reconciliation,
        objectives: options.objectives,
      }),
      channels: channelResults,
      steps: results,
      reconciliation,
      ...(options.course.kind === 'search' && {
        saturation: results.map((step) => saturationPointOf(step, options.objectives)),
      }),
      environment,
      durability: durabilityFacts(about),
      caveats: caveatsOf({
        options,
        clockOffsetMs: stock.clockOffsetMs,
        tells: {
          about: about !== undefined,
          metrics: steps.some(({ tells }) => tells.metrics),
          consumedAt: steps.some(({ tells }) => tells.consumedAt),
        },
        unremovedProducts,
      }),
    }
  } catch (error) {
    await stock.clear()
    throw error
  }
}

interface Steps {
  readonly steps: readonly RunStep[]
  readonly failure?: ShopError | GeneratorError
}

async function runSteps(
  options: RunOptions,
  { runId, generate, view, stop }: RunParts,
  place: { readonly shop: Shop; readonly stock: AuditedStock; readonly userPrefix: string },
): Promise<Steps> {
  const told: PlannedStep[] = plannedSteps(options).map(({ planned }) => planned)
  const tell = () => view.plan({ runId, profile: options.profile, baseUrl: options.url, steps: [...told] })
  tell()
  const steps: RunStep[] = []
  const course = courseOf(options)
  // The value that the first call passes goes nowhere: no step has asked for one yet.
  let next = course.next()
  while (!next.done && !stop.aborted) {
    const { planned } = next.value
    if (!told.some(({ name }) => name === planned.name)) {
      told.push(planned)
      tell()
    }
    try {
      const step = await runStep(next.value, { options, generate, view, stop, ...place })
      steps.push(step)
      if (step.failure !== undefined) return { steps, failure: step.failure }
      next = course.next(step.summary.result)
    } catch (error) {
      const isExpected = error instanceof ShopError || error instanceof GeneratorError
      if (isExpected && steps.length > 0) return { steps, failure: error }
      throw error
    }
  }
  return { steps }
}

function endingOf(failure: Error | undefined, stop: AbortSignal): Pick<RunFacts, 'ending' | 'reason'> {
  if (failure !== undefined) return { ending: 'failed', reason: failure.message }
  if (stop.aborted) return { ending: 'interrupted', reason: 'it was interrupted, so only a part was measured' }
  return { ending: 'complete' }
}

function channelsOf(steps: readonly RunStep[]): ChannelResult[] {
  return CHANNELS.flatMap((channel) => {
    const summaries = steps.map(({ summary }) => summary).filter(({ result }) => result.channel === channel)
    return summaries.length === 0 ? [] : [summarizeChannel(channel, summaries)]
  })
}

/** Of each channel the step at the highest rate that held; of one that held none, its last. */
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
