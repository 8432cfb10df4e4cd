import { setTimeout as delay } from 'node:timers/promises'
import type { LoadPlan } from '../load-plan'
import { aborted } from './aborted'
import { runClosedLoop } from './closed-loop'
import { runOpenLoop } from './open-loop'
import type { SampleColumns } from './samples'
import { scheduleOf } from './schedule'
import { Sender } from './sender'
import type { StepClock } from './step-clock'

/** The part of a plan that one thread runs. */
export interface Share {
  readonly plan: LoadPlan
  /** From 0. */
  readonly thread: number
  readonly threads: number
}

export interface RunningShare {
  readonly sender: Sender
  /** Resolves when all requests are settled. */
  readonly samples: Promise<SampleColumns>
}

/** How long open responses are awaited after an abort. */
const ABORT_GRACE_MS = 2000

/**
 * Creates the schedule of a share, which may take a moment.
 * @returns a function that sends the requests by the clock; the signal stops it immediately
 */
export function prepareShare({
  plan,
  thread,
  threads,
}: Share): (clock: StepClock, signal: AbortSignal) => RunningShare {
  const { pace } = plan
  const limits = {
    connections: shareOf(plan.connections, thread, threads),
    maxInFlight: shareOf(plan.maxInFlight, thread, threads),
  }
  const schedule = pace.loop === 'open' ? scheduleOf(plan, pace).share(thread, threads) : undefined
  return (clock, signal) => {
    const sender = new Sender(plan, limits, clock)
    const run = async () => {
      if (schedule !== undefined) await runOpenLoop(schedule, sender, clock, signal)
      else if (pace.loop === 'closed') {
        await untilStart(clock, plan.warmupMs, signal)
        await runClosedLoop({ plan, pace, thread, threads }, sender, clock, signal)
      }
      await Promise.race([sender.drained(), graceAfter(signal)])
      return sender.close()
    }
    return { sender, samples: run() }
  }
}

/** The number of threads that have requests to send. */
export function threadsOf({ workers, connections, maxInFlight, pace }: LoadPlan): number {
  return Math.min(workers, connections, maxInFlight, pace.loop === 'closed' ? pace.clients : workers)
}

function shareOf(total: number, thread: number, threads: number): number {
  return Math.floor(total / threads) + (thread < total % threads ? 1 : 0)
}

/** A timer may fire up to 1 ms early: sending then would start before the warm-up. */
async function untilStart(clock: StepClock, warmupMs: number, signal: AbortSignal): Promise<void> {
  for (let leftMs = -warmupMs - clock(); leftMs > 0 && !signal.aborted; leftMs = -warmupMs - clock()) {
    await delay(Math.ceil(leftMs), undefined, { signal }).catch(() => undefined)
  }
}

async function graceAfter(signal: AbortSignal): Promise<void> {
  await aborted(signal)
  await delay(ABORT_GRACE_MS, undefined, { ref: false })
}
