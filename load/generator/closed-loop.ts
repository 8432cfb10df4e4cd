import type { ClosedPace, LoadPlan } from '../load-plan'
import { aborted } from './aborted'
import { type ChosenRequest, randomStream, requestChooser } from './choose-request'
import type { Sender } from './sender'
import type { StepClock } from './step-clock'

/** The pause of a client after a request without response. Without it, clients would flood a server that is down. */
const PAUSE_MS = 100

/**
 * Runs every `threads`-th client, starting with number `thread`. A client sends one request after another, the same
 * ones for the same seed.
 * @returns when all clients are done, or soon after the signal
 */
export async function runClosedLoop(
  { plan, pace, thread, threads }: { plan: LoadPlan; pace: ClosedPace; thread: number; threads: number },
  sender: Sender,
  clock: StepClock,
  signal: AbortSignal,
): Promise<void> {
  const random = randomStream(plan.seed, 1)
  const clients: Promise<void>[] = []
  for (let client = 0; client < pace.clients; client++) {
    random.jump()
    if (client % threads !== thread) continue
    const choose = requestChooser(plan.traffic, random.clone())
    clients.push(runClient(pace, choose, sender, clock, signal))
  }
  await Promise.race([Promise.all(clients), aborted(signal)])
}

function runClient(
  { durationMs = Number.POSITIVE_INFINITY, requestsPerClient = Number.POSITIVE_INFINITY }: ClosedPace,
  choose: () => ChosenRequest,
  sender: Sender,
  clock: StepClock,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve) => {
    let measured = 0
    const next = () => {
      const nowMs = clock()
      if (signal.aborted || nowMs >= durationMs || measured >= requestsPerClient) return resolve()
      if (nowMs >= 0) measured++
      sender.offer(choose(), nowMs, settled)
    }
    const settled = (hasResponse: boolean) => {
      if (hasResponse) next()
      else setTimeout(next, PAUSE_MS)
    }
    next()
  })
}
