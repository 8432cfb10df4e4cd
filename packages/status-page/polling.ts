export type Pulse =
  | { readonly state: 'live' }
  | { readonly state: 'paused' }
  /** The shop did not respond. */
  | { readonly state: 'lost'; readonly retryInMs: number }

export interface PollingParts {
  /** Requests new data and shows it. Rejects if the shop did not respond at all. */
  poll(): Promise<void>
  isHidden(): boolean
  onPulse(pulse: Pulse): void
}

export const POLL_EVERY_MS = 2_000
const MAX_WAIT_MS = 30_000

/**
 * Polls again and again: one poll at a time, with exponential backoff while the shop does not respond, and not at all
 * while the page is hidden. Call `wake` when the page is shown or hidden.
 */
export class Polling {
  #timer: ReturnType<typeof setTimeout> | undefined
  #isPolling = false
  #failures = 0

  constructor(private readonly parts: PollingParts) {}

  wake(): void {
    clearTimeout(this.#timer)
    if (this.parts.isHidden()) this.parts.onPulse({ state: 'paused' })
    else void this.#pollAndSchedule()
  }

  async #pollAndSchedule(): Promise<void> {
    if (this.#isPolling) return
    this.#isPolling = true
    try {
      await this.parts.poll()
      this.#failures = 0
    } catch {
      // The pulse below shows the loss, and the next poll tries again.
      this.#failures += 1
    } finally {
      this.#isPolling = false
    }
    const waitMs = Math.min(POLL_EVERY_MS * 2 ** this.#failures, MAX_WAIT_MS)
    if (this.parts.isHidden()) return this.parts.onPulse({ state: 'paused' })
    this.parts.onPulse(this.#failures > 0 ? { state: 'lost', retryInMs: waitMs } : { state: 'live' })
    this.#timer = setTimeout(() => void this.#pollAndSchedule(), waitMs)
  }
}
