export type Pulse =
  | { readonly state: 'live' }
  | { readonly state: 'paused' }
  /** Nothing was answered; the next try is that far away. */
  | { readonly state: 'lost'; readonly retryInMs: number }

export interface PollingParts {
  /** Asks and shows; rejects when nobody answered. */
  ask(): Promise<void>
  isHidden(): boolean
  pulse(pulse: Pulse): void
}

export const POLL_EVERY_MS = 2_000
const LONGEST_WAIT_MS = 30_000

/**
 * Asks again and again: one question at a time, further apart the longer nobody answers, and none while nobody looks.
 * Call `wake` when the page is shown or hidden.
 */
export class Polling {
  #timer: ReturnType<typeof setTimeout> | undefined
  #isAsking = false
  #failures = 0

  constructor(private readonly parts: PollingParts) {}

  wake(): void {
    clearTimeout(this.#timer)
    if (this.parts.isHidden()) this.parts.pulse({ state: 'paused' })
    else void this.#turn()
  }

  async #turn(): Promise<void> {
    if (this.#isAsking) return
    this.#isAsking = true
    try {
      await this.parts.ask()
      this.#failures = 0
    } catch {
      // Shown as lost below, and asked again.
      this.#failures += 1
    } finally {
      this.#isAsking = false
    }
    const waitMs = Math.min(POLL_EVERY_MS * 2 ** this.#failures, LONGEST_WAIT_MS)
    if (this.parts.isHidden()) return this.parts.pulse({ state: 'paused' })
    this.parts.pulse(this.#failures > 0 ? { state: 'lost', retryInMs: waitMs } : { state: 'live' })
    this.#timer = setTimeout(() => void this.#turn(), waitMs)
  }
}
