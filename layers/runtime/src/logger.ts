import { type Logger, pino } from 'pino'

export type { Logger }

/** Structured JSON on stdout, one object a line. Never give it a body, an event or a configuration. */
export function createLogger(level: string): Logger {
  return pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  })
}
