import { CallerGoneError, EXPIRED, type ExpiredError } from './errors'

/** How long a caller waits for the result of a call. */
export interface CallLimits {
  /**
   * By `steadyNow`, in epoch milliseconds. Work that has not started by then is refused. Work that runs by then may still succeed, but its
   * caller gets an error. Default: no limit.
   */
  readonly deadline?: number | undefined
  /** Whether the caller has disconnected. Work that has not started then is dropped. Default: it never does. */
  readonly isGone?: () => boolean
}

/** The error for work that should not start any more. Undefined when it may start. */
export function expiryOf({ deadline, isGone }: CallLimits, now: number): ExpiredError | CallerGoneError | undefined {
  if (deadline !== undefined && deadline <= now) return EXPIRED
  return isGone?.() ? new CallerGoneError() : undefined
}

/** The limits of work that several calls share: it goes on for the call that waits longest. */
export function sharedLimits(calls: readonly CallLimits[]): CallLimits {
  let latest = Number.NEGATIVE_INFINITY
  for (const { deadline } of calls) {
    if (deadline === undefined) return {}
    latest = Math.max(latest, deadline)
  }
  return { deadline: latest }
}
