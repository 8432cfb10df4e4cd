import { setTimeout as sleep } from 'node:timers/promises'
import type { RetryDelay } from '../event-source-mapping'

/** The delay after a number of failures in a row. It doubles with every failure, up to the longest. */
export function retryDelayMs({ firstMs, longestMs }: RetryDelay, failures: number): number {
  return Math.min(firstMs * 2 ** Math.max(failures - 1, 0), longestMs)
}

/** Resolves to true after the time, or to false as soon as it is aborted. */
export async function wait(ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await sleep(ms, undefined, { signal })
    return true
  } catch (error) {
    if (signal.aborted) return false
    throw error
  }
}
