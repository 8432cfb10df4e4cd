import type { LoadPlan } from '../load-plan'
import type { GeneratorHealth } from '../results'
import type { AccessToken } from '../shop/access-token'
import { checkPlan } from './check-plan'
import { CpuMeter } from './cpu-meter'
import { healthOf } from './health'
import { type Progress, ProgressMeter } from './progress-meter'
import { threadsOf } from './run-share'
import { Samples } from './samples'
import { SendingThread } from './sending-thread'
import { monotonicMs } from './step-clock'

export interface Generated {
  readonly samples: Samples
  readonly health: GeneratorHealth
  /** Time 0 of the samples: the end of the warm-up. */
  readonly startedAt: Date
}

/** Enough for all threads to receive the start time. */
const START_IN_MS = 50

/**
 * Sends the requests of a plan and records the outcome of each.
 * @param onProgress called about once a second, and once at the end
 * @param signal stops sending immediately; open responses are awaited for up to 2 s, and the partial result is returned
 * @throws immediately if the plan is not valid; later only if a thread dies
 */
export async function generate(
  plan: LoadPlan,
  { onProgress, signal, token }: { onProgress(progress: Progress): void; signal: AbortSignal; token?: AccessToken },
): Promise<Generated> {
  checkPlan(plan)
  const threads = threadsOf(plan)
  const authorization = token?.authorization === undefined ? {} : { authorization: token.authorization }
  const meter = new ProgressMeter(threads)
  let beginMs = 0
  const report = () => onProgress(meter.read(monotonicMs() - beginMs))
  const senders = Array.from({ length: threads }, (_, thread) => {
    return new SendingThread({ plan: { ...plan, ...authorization }, thread, threads }, (tally) => {
      if (meter.add(thread, tally)) report()
    })
  })
  const endRenewals = token?.onRenewed((renewed) => {
    for (const sender of senders) sender.authorize(renewed)
  })
  const stop = () => {
    for (const sender of senders) sender.stop()
  }
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  try {
    await Promise.all(senders.map(({ ready }) => ready))
    beginMs = monotonicMs() + START_IN_MS
    const zeroMs = beginMs + plan.warmupMs
    const startedAt = new Date(Date.now() + zeroMs - monotonicMs())
    for (const sender of senders) sender.start(zeroMs)
    const cpu = new CpuMeter(zeroMs)
    const results = await Promise.all(senders.map(({ result }) => result))
    results.forEach(({ tally }, thread) => {
      meter.add(thread, tally)
    })
    report()
    const parts = results.map(({ columns }) => columns)
    const eventLoopP99Ms = Math.max(...results.map(({ tally }) => tally.eventLoopP99Ms))
    const health = healthOf(parts, { cpuPercent: cpu.percent(), eventLoopP99Ms })
    return { samples: new Samples(parts), health, startedAt }
  } finally {
    signal.removeEventListener('abort', stop)
    endRenewals?.()
    await Promise.all(senders.map((sender) => sender.terminate()))
  }
}
