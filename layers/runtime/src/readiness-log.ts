import type { Readiness } from './readiness'

interface Log {
  warn(details: object, message: string): void
  info(details: object, message: string): void
}

/** Logs when a dependency goes down, with the reason, and when it is up again. Probes repeat every few seconds. */
export class ReadinessLog {
  readonly #log: Log
  readonly #down = new Set<string>()

  constructor(log: Log) {
    this.#log = log
  }

  report({ dependencies }: Readiness): void {
    for (const [dependency, { status, reason }] of Object.entries(dependencies)) {
      const wasDown = this.#down.has(dependency)
      if (status === 'down' && !wasDown) {
        this.#down.add(dependency)
        this.#log.warn({ dependency, reason }, 'a dependency is down')
      } else if (status === 'up' && wasDown) {
        this.#down.delete(dependency)
        this.#log.info({ dependency }, 'a dependency is up again')
      }
    }
  }
}
