/** The functions of one build, loaded. */
export interface Generation {
  invoke(handler: string, event: unknown, context: unknown): unknown
  /** Gives back connections; called when no invocation is in flight any more. */
  close(): Promise<void>
}

/**
 * Functions that can be replaced while they are invoked. An invocation ends on the generation it began on, and a
 * generation is closed after its last invocation.
 */
export class LiveFunctions {
  #current: CountedGeneration
  readonly #onCloseFailed: (error: unknown) => void

  constructor(first: Generation, onCloseFailed: (error: unknown) => void) {
    this.#current = new CountedGeneration(first)
    this.#onCloseFailed = onCloseFailed
  }

  invoke(handler: string, event: unknown, context: unknown): Promise<unknown> {
    return this.#current.invoke(handler, event, context)
  }

  /** Invocations that begin from now on run on `next`. */
  replace(next: Generation): void {
    const former = this.#current
    this.#current = new CountedGeneration(next)
    former.retire().catch(this.#onCloseFailed)
  }
}

class CountedGeneration {
  readonly #generation: Generation
  #inFlight = 0
  #onIdle: (() => void) | undefined

  constructor(generation: Generation) {
    this.#generation = generation
  }

  async invoke(handler: string, event: unknown, context: unknown): Promise<unknown> {
    this.#inFlight += 1
    try {
      return await this.#generation.invoke(handler, event, context)
    } finally {
      this.#inFlight -= 1
      if (this.#inFlight === 0) this.#onIdle?.()
    }
  }

  /** Waits for the invocations in flight, then closes. */
  async retire(): Promise<void> {
    if (this.#inFlight > 0) {
      await new Promise<void>((resolve) => {
        this.#onIdle = resolve
      })
    }
    await this.#generation.close()
  }
}
