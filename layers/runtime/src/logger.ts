import { type DestinationStream, type Logger, pino } from 'pino'

export type { Logger }

/**
 * Creates a logger that writes one JSON object per line, by default to stdout. Never log a body, an event or a
 * configuration.
 * @param fieldsOfEachLine called for each line; its result becomes part of the line
 */
export function createLogger(
  level: string,
  destination: DestinationStream = pino.destination(1),
  fieldsOfEachLine?: () => object,
): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      ...(fieldsOfEachLine && { mixin: fieldsOfEachLine }),
      serializers: { err: (error: unknown) => toLoggedError(error) },
    },
    destination,
  )
}

/** A chain of causes may be circular. */
const MAX_CAUSES = 5

interface LoggedError {
  readonly type: string
  readonly code?: unknown
  readonly message: string
  readonly stack?: string | undefined
  readonly cause?: unknown
}

/**
 * Returns the parts of an error and of its causes that are safe to log. The error of a driver also has the statement with
 * its values. Those belong to a customer and stay out of the log.
 */
function toLoggedError(error: unknown, causes = MAX_CAUSES): LoggedError | unknown {
  if (!(error instanceof Error)) return error
  const { name, message, stack, cause } = error
  return {
    type: error.constructor.name || name,
    ...('code' in error && { code: error.code }),
    message,
    stack,
    ...(cause !== undefined && causes > 0 && { cause: toLoggedError(cause, causes - 1) }),
  }
}
