import { setTimeout as delay } from 'node:timers/promises'
import { uniformInt } from 'pure-rand/distribution/uniformInt'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'
import type { BoundFault } from '../catalogue/fault'

const EVERY_MS = 60_000

/** Faults that restart the shop would hide a leak, and those that destroy orders need an operator. */
export function isForLongRuns({ id, allows }: BoundFault): boolean {
  return allows === undefined && !id.endsWith(':partitions-added') && !id.endsWith(':disk-full')
}

/** A random fault a minute, until the time is over. The seed determines which. */
export async function* randomFaults(
  faults: readonly BoundFault[],
  { seed, forMs, stop }: { readonly seed: number; readonly forMs: number; readonly stop: AbortSignal },
): AsyncGenerator<BoundFault, void> {
  const random = xoroshiro128plus(seed)
  const endMs = Date.now() + forMs
  for (let startMs = Date.now(); startMs < endMs && !stop.aborted; ) {
    const fault = faults[uniformInt(random, 0, faults.length - 1)]
    if (fault === undefined) return
    yield fault
    startMs = Math.max(startMs + EVERY_MS, Date.now())
    await delay(Math.min(startMs, endMs) - Date.now(), undefined, { signal: stop }).catch(() => undefined)
  }
}
