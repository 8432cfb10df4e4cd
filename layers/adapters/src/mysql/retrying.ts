import { setTimeout as delay } from 'node:timers/promises'
import { UnavailableError } from '@ecommerce/domain'
import { isConnectionFailure, isDuplicateEntry, isOutdated, kindOf, withoutStatement } from './mysql-error'
import type { TimeLeft } from './time-left'

export interface RetryOptions {
  /** The last retry starts within this time. */
  readonly retryWithinMs: number
  /** No retry starts after it. */
  readonly timeLeft: TimeLeft
  /** See `TransactionOptions`. */
  readonly repeatable: boolean
}

/** An attempt sets `isCommitting` before its commit. From then on, its outcome is unknown when the connection fails. */
export interface AttemptProgress {
  isCommitting: boolean
}

const FIRST_RETRY_MS = 5
const LONGEST_RETRY_MS = 250

/**
 * Repeats an attempt after a conflict, or after a failure of the server or the connection, until the time is over.
 * @throws {UnavailableError} when MySQL is still unavailable then; other errors of the attempt are rethrown
 */
export async function retrying<Result>(
  { retryWithinMs, timeLeft, repeatable }: RetryOptions,
  attempt: (progress: AttemptProgress) => Promise<Result>,
): Promise<Result> {
  const endsAt = performance.now() + timeLeft.atMost(retryWithinMs)
  for (let waitMs = FIRST_RETRY_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_RETRY_MS)) {
    const progress = { isCommitting: false }
    try {
      return await attempt(progress)
    } catch (error) {
      const isRetriable = mayRetry(error, repeatable, progress)
      if (isRetriable && performance.now() + waitMs < endsAt) {
        await delay(waitMs * (0.5 + Math.random() / 2))
        continue
      }
      const cause = withoutStatement(error)
      throw isRetriable || isConnectionFailure(error) ? new UnavailableError('MySQL', { cause }) : cause
    }
  }
}

/** After a conflict or an error of the role, nothing was written. After other failures, a commit may have succeeded. */
function mayRetry(error: unknown, repeatable: boolean, { isCommitting }: AttemptProgress): boolean {
  const kind = kindOf(error)
  if (kind === 'conflict' || kind === 'role') return true
  if (kind === 'unavailable') return repeatable || !isCommitting
  return repeatable && (isDuplicateEntry(error) || isOutdated(error))
}
