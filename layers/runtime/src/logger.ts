import { type DestinationStream, type Logger, pino } from 'pino'

export type { Logger }

/**
 * Structured JSON, one object a line, on stdout by default. Never give it a body, an event or a configuration.
 * @param fieldsOfEachLine what the moment of writing adds
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

/** A chain of causes may be a circle. */
const MAX_CAUSES = 5

interface LoggedError {
  readonly type: string
  readonly code?: unknown
  readonly message: string
  readonly stack?: string | undefined
  readonly cause?: unknown
}

/**
 * An error with its causes, each with its code. A driver's error also carries the statement with its values, and those
 * are a customer's: they stay out of the log.
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
