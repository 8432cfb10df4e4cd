import { setTimeout as sleep } from 'node:timers/promises'
import type { RetryDelay } from '../event-source-mapping'

/** How long to wait after a number of failures in a row: twice as long each time, up to the longest. */
export function retryDelayMs({ firstMs, longestMs }: RetryDelay, failures: number): number {
  return Math.min(firstMs * 2 ** Math.max(failures - 1, 0), longestMs)
}

/** Waits; returns at once when it is aborted, and tells by false. */
export async function wait(ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await sleep(ms, undefined, { signal })
    return true
  } catch (error) {
    if (signal.aborted) return false
    throw error
  }
}

/** Whether a promise settles in time. What it rejects with is thrown. */
export async function settlesWithin(ms: number, promise: Promise<unknown>): Promise<boolean> {
  const late = new AbortController()
  try {
    return await Promise.race([promise.then(() => true), wait(ms, late.signal).then(() => false)])
  } finally {
    late.abort()
  }
}
