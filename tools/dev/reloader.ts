import { setTimeout as delay } from 'node:timers/promises'
import { effectOf } from './effect-of'

export interface ReloaderParts {
  /** Builds the functions and loads them into their process. Rejects while the old ones keep serving. */
  readonly reload: (withPages: boolean) => Promise<void>
  readonly onReloaded: (paths: readonly string[], durationMs: number) => void
  readonly onFailed: (error: unknown, paths: readonly string[]) => void
  /** Called for a file that is read only at start. */
  readonly onRestartNeeded: (path: string) => void
  readonly clock: () => number
  /** Waits until an editor has saved all of its files. */
  readonly settle?: () => Promise<unknown>
}

const SETTLE_MS = 30

/** Turns changed files into reloads, one at a time: changes during a reload are part of the next one. */
export class Reloader {
  readonly #parts: ReloaderParts
  readonly #settle: () => Promise<unknown>
  readonly #changed = new Set<string>()
  #hasStalePages = false
  #firstChangeAt = 0
  #isReloading = false

  constructor(parts: ReloaderParts) {
    this.#parts = parts
    this.#settle = parts.settle ?? (() => delay(SETTLE_MS))
  }

  /** @param path of a file that was added, changed or removed, relative to the checkout, with slashes */
  changed(path: string): void {
    const effect = effectOf(path)
    if (effect === 'none') return
    if (effect === 'restart') {
      this.#parts.onRestartNeeded(path)
      return
    }
    if (effect === 'reload-pages') this.#hasStalePages = true
    if (this.#changed.size === 0) this.#firstChangeAt = this.#parts.clock()
    this.#changed.add(path)
    if (!this.#isReloading) void this.#reloadAll()
  }

  async #reloadAll(): Promise<void> {
    this.#isReloading = true
    while (this.#changed.size > 0) {
      await this.#settle()
      await this.#reloadOnce()
    }
    this.#isReloading = false
  }

  async #reloadOnce(): Promise<void> {
    const { reload, onReloaded, onFailed, clock } = this.#parts
    const paths = [...this.#changed].sort()
    const startedAt = this.#firstChangeAt
    this.#changed.clear()
    try {
      await reload(this.#hasStalePages)
      this.#hasStalePages = false
      onReloaded(paths, clock() - startedAt)
    } catch (error) {
      onFailed(error, paths)
    }
  }
}
