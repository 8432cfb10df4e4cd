import { AppError, UnavailableError } from '@ecommerce/domain'

/**
 * The error of a client library as the caller receives it. Whatever a broker or its client reports while it connects or
 * publishes, the request is not at fault: so it is unavailable, whether the library calls its error retriable or not.
 */
export function asUnavailable(dependency: string, error: unknown): AppError {
  return error instanceof AppError ? error : new UnavailableError(dependency, { cause: error })
}
