import { setTimeout as delay } from 'node:timers/promises'

/** Something that is done again and again during a fault. */
export class Repetition {
  #stop = new AbortController()
  #running: Promise<void> = Promise.resolve()

  begin(everyMs: number, act: () => Promise<void>): void {
    this.#stop = new AbortController()
    const { signal } = this.#stop
    this.#running = (async () => {
      while (!signal.aborted) {
        await act()
        await delay(everyMs, undefined, { signal }).catch(() => undefined)
      }
    })()
    // `end` reports the failure.
    this.#running.catch(() => undefined)
  }

  async end(): Promise<void> {
    this.#stop.abort()
    await this.#running
  }
}
