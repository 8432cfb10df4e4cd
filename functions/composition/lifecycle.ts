/** The order in which a process closes what it has opened: first what still publishes, last what reports about it. */
const CLOSING_ORDER = ['relay', 'brokers', 'database', 'telemetry'] as const

type ClosingStep = (typeof CLOSING_ORDER)[number]
type Close = () => Promise<void>

/**
 * Ends a process that outlives its requests. The function host uses it. Lambda freezes processes instead, and
 * serverless-offline ends them.
 */
export class Lifecycle {
  #isDraining = false
  readonly #opened = new Map<ClosingStep, Close[]>()

  /** True when the process still serves requests, but should receive no new ones. */
  get isDraining(): boolean {
    return this.#isDraining
  }

  drain(): void {
    this.#isDraining = true
  }

  /** Registers how to close a resource. Each module of the composition registers what it constructs. */
  onClose(step: ClosingStep, close: Close): void {
    this.#opened.set(step, [...(this.#opened.get(step) ?? []), close])
  }

  /** Closes what this process has opened. Call it when nothing is in flight any more. */
  async close(): Promise<void> {
    for (const step of CLOSING_ORDER) {
      await Promise.all((this.#opened.get(step) ?? []).map((close) => close()))
    }
  }
}

export const lifecycle = new Lifecycle()
