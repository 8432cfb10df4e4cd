import { setTimeout as delay } from 'node:timers/promises'
import type { BoundFault } from '../catalogue/fault'
import { LIMITS } from '../measure/limits'
import type { FaultTimes } from '../measure/summarize-channel'
import type { CellLoad } from './cell-load'

/** The load runs without any trouble for this long before the fault. */
export const HEALTHY_FOR_MS = 2_000
const HEALTHY_WITHIN_MS = 90_000
/** The shop works again when nothing went wrong for this long. */
const QUIET_FOR_MS = 3_000

/** The shop did not work before the fault began, so that nothing can be measured. */
export class UnhealthyError extends Error {
  override readonly name = 'UnhealthyError'
  readonly code = 'unhealthy'
}

export interface Injected {
  readonly times: FaultTimes
  /** Whether all channels worked again in time after the fault. */
  readonly isServed: boolean
}

/**
 * Injects a fault under a running load, ends it in any case, and waits until all channels work again.
 * @throws {UnhealthyError}
 */
export async function injectUnder(
  load: CellLoad,
  { fault, faultMs, stop }: { fault: BoundFault; faultMs: number; stop: AbortSignal },
): Promise<Injected> {
  if (!(await load.untilServedFor(HEALTHY_FOR_MS, HEALTHY_WITHIN_MS, stop)) && !stop.aborted) {
    throw new UnhealthyError(`the shop did not work before ${fault.id}`)
  }
  let begunMs = Date.now()
  let endedMs = begunMs
  try {
    await fault.begin()
    begunMs = Date.now()
    await delay(faultMs, undefined, { signal: stop }).catch(() => undefined)
  } finally {
    endedMs = Date.now()
    await fault.end()
  }
  const times = { begunMs, endedMs, restoredMs: Date.now() }
  return { times, isServed: await load.untilServedFor(QUIET_FOR_MS, LIMITS.recoveryMs + QUIET_FOR_MS, stop) }
}
