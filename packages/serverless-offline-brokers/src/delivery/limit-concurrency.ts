import { type EventSourceMapping, type Invoke, NotInvokedError } from '../event-source-mapping'

/**
 * Emulates reserved concurrency: at most so many invocations of a function run at the same time, over all its mappings.
 * Others wait for their turn, in order. On AWS, too, a throttled batch is kept and retried, and does not count as a try.
 *
 * @param throttled is called once for each function, when one of its invocations has to wait for the first time
 */
export function limitConcurrency(
  invoke: Invoke,
  mappings: readonly EventSourceMapping[],
  throttled: (functionKey: string, limit: number) => void,
): Invoke {
  const limits = new Map<string, Slots>()
  for (const { functionKey, reservedConcurrency } of mappings) {
    if (reservedConcurrency !== undefined && !limits.has(functionKey)) {
      limits.set(functionKey, new Slots(reservedConcurrency, () => throttled(functionKey, reservedConcurrency)))
    }
  }
  return async (functionKey, event, stopped) => {
    const slots = limits.get(functionKey)
    if (slots === undefined) return invoke(functionKey, event, stopped)
    if (!(await slots.take(stopped))) throw new NotInvokedError(functionKey)
    try {
      return await invoke(functionKey, event, stopped)
    } finally {
      slots.giveBack()
    }
  }
}

class Slots {
  readonly #waiting = new Set<() => void>()
  #isFirst = true
  #free: number

  constructor(
    limit: number,
    private readonly throttled: () => void,
  ) {
    this.#free = limit
  }

  /** Resolves to false when it is stopped before a slot is free. */
  async take(stopped?: AbortSignal): Promise<boolean> {
    if (stopped?.aborted) return false
    if (this.#free > 0) {
      this.#free -= 1
      return true
    }
    if (this.#isFirst) this.throttled()
    this.#isFirst = false
    return new Promise((resolve) => {
      const give = () => {
        stopped?.removeEventListener('abort', stop)
        resolve(true)
      }
      const stop = () => {
        this.#waiting.delete(give)
        resolve(false)
      }
      this.#waiting.add(give)
      stopped?.addEventListener('abort', stop, { once: true })
    })
  }

  giveBack(): void {
    const [next] = this.#waiting
    if (next === undefined) {
      this.#free += 1
      return
    }
    this.#waiting.delete(next)
    next()
  }
}
