import { CHANNELS } from '../../load/results'
import { assertShop } from '../../load/shop/assert-shop'
import { Shop } from '../../load/shop/shop'
import { build } from '../../packages/build/src/build.mjs'
import { buildBrokersPlugin } from '../../packages/build/src/build-brokers-plugin.mjs'
import type { Progress } from '../../tools/local/progress'
import type { FaultOptions } from '../command-line/options'
import type { FaultResults } from '../results'
import { FAULT_RESULTS_SCHEMA } from '../results'
import { type FaultBench, openBench } from './fault-bench'
import { isForLongRuns, randomFaults } from './random-faults'
import { ResourceSampler } from './resource-sampler'
import { type Matrix, type MatrixEvents, runMatrix } from './run-matrix'

export interface FaultRunContext {
  readonly runId: string
  readonly commandLine: string
  readonly stop: AbortSignal
  readonly progress: Progress
  readonly events: MatrixEvents
  /** The folder of the servers; everything in it is deleted first. */
  readonly folder: string
}

const RETRY_FOR_MS = 20_000

/**
 * Starts servers and a shop, injects the faults, and stops everything that it has started.
 * @throws {ServersError | ShopError} if the shop does not work before the first fault
 */
export async function runFaults(options: FaultOptions, context: FaultRunContext): Promise<FaultResults> {
  const startedAt = new Date()
  await build()
  await buildBrokersPlugin()
  const bench = await openBench(options, context.folder, context.progress)
  try {
    const { about, ...measured } = await measure(bench, options, context)
    return {
      schema: FAULT_RESULTS_SCHEMA,
      run: {
        id: context.runId,
        commandLine: context.commandLine,
        startedAt: startedAt.toISOString(),
        endedAt: new Date().toISOString(),
        home: options.home,
        servers: about,
        seed: options.seed,
        ratePerSecond: options.ratePerSecond,
        faultSeconds: options.faultSeconds,
        ...endingOf(measured, context.stop),
      },
      status: statusOf(measured, context.stop),
      ...withoutPartial(measured),
    }
  } finally {
    await bench.stop()
  }
}

type Measured = Matrix & Pick<FaultResults, 'resources'>

async function measure(
  bench: FaultBench,
  options: FaultOptions,
  { runId, stop, events }: FaultRunContext,
): Promise<Measured & { about: string[] }> {
  const shop = new Shop(bench.shop.url, RETRY_FOR_MS)
  try {
    await assertShop(shop, CHANNELS)
    const about = (await shop.about())?.dependencies.map(({ name, version }) => `${name} ${version ?? ''}`.trim()) ?? []
    const { seed, faultSeconds, ratePerSecond, forMs } = options
    const matrixOptions = { runId, seed, faultSeconds, ratePerSecond, stop }
    if (forMs === undefined) return { about, ...(await runMatrix(bench.faults, bench, matrixOptions, events)) }
    const sampler = new ResourceSampler(bench.shop, shop)
    try {
      const sequence = randomFaults(bench.faults.filter(isForLongRuns), { seed, forMs, stop })
      const matrix = await runMatrix(sequence, bench, matrixOptions, events)
      return { about, ...matrix, resources: sampler.stop() }
    } finally {
      sampler.stop()
    }
  } finally {
    await shop.close()
  }
}

function endingOf({ isPartial }: Matrix, stop: AbortSignal) {
  if (stop.aborted) return { ending: 'interrupted' as const }
  if (isPartial) return { ending: 'failed' as const, reason: 'a fault could not be measured' }
  return { ending: 'complete' as const }
}

/** A broken promise is a failure also in a run that is otherwise partial. */
function statusOf({ cells, resources = [], isPartial }: Measured, stop: AbortSignal): FaultResults['status'] {
  if (cells.some(({ broken }) => broken.length > 0) || resources.some(({ isFlat }) => !isFlat)) return 'FAIL'
  return cells.length === 0 || isPartial || stop.aborted ? 'INVALID' : 'PASS'
}

function withoutPartial({ isPartial: _, ...rest }: Measured): Omit<Measured, 'isPartial'> {
  return rest
}
