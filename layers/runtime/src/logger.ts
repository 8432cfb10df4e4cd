import { type DestinationStream, type Logger, pino } from 'pino'

export type { Logger }

/** Structured JSON, one object a line, on stdout by default. Never give it a body, an event or a configuration. */
export function createLogger(level: string, destination: DestinationStream = pino.destination(1)): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: toLoggedError },
    },
    destination,
  )
}

/** A driver's error carries the statement with its values, and those are a customer's: they stay out of the log. */
function toLoggedError(error: Error & { readonly code?: unknown }) {
  if (!(error instanceof Error)) return error
  const { type, message, stack } = pino.stdSerializers.err(error)
  return { type, code: error.code, message, stack }
}
