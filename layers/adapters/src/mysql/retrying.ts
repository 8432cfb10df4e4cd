import { setTimeout as delay } from 'node:timers/promises'
import { UnavailableError } from '@ecommerce/domain'
import { isConflict, isConnectionFailure, isDuplicateEntry, isOutdated, withoutStatement } from './mysql-error'

export interface RetryOptions {
  /** The time after which the caller gets the error. */
  readonly retryWithinMs: number
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
 * Repeats an attempt after a conflict, or after a failure of the connection, until the time is over.
 * @throws {UnavailableError} when MySQL is still unavailable then; other errors of the attempt are rethrown
 */
export async function retrying<Result>(
  { retryWithinMs, repeatable }: RetryOptions,
  attempt: (progress: AttemptProgress) => Promise<Result>,
): Promise<Result> {
  const deadline = Date.now() + retryWithinMs
  for (let waitMs = FIRST_RETRY_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_RETRY_MS)) {
    const progress = { isCommitting: false }
    try {
      return await attempt(progress)
    } catch (error) {
      const isRetriable = mayRetry(error, repeatable, progress)
      if (isRetriable && Date.now() + waitMs < deadline) {
        await delay(waitMs * (0.5 + Math.random() / 2))
        continue
      }
      const cause = withoutStatement(error)
      throw isRetriable || isConnectionFailure(error) ? new UnavailableError('MySQL', { cause }) : cause
    }
  }
}

function mayRetry(error: unknown, repeatable: boolean, { isCommitting }: AttemptProgress): boolean {
  if (isConflict(error)) return true
  if (isConnectionFailure(error)) return repeatable || !isCommitting
  return repeatable && (isDuplicateEntry(error) || isOutdated(error))
}
