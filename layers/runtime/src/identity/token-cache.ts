import { hash } from 'node:crypto'
import type { Caller } from './caller'

interface CachedCaller {
  readonly caller: Caller
  readonly expiresAtMs: number
}

/** The callers of tokens that are verified already. It holds hashes, so a memory dump contains no usable token. */
export class TokenCache {
  /** By the hash of the token, the least recently used first. */
  readonly #callers = new Map<string, CachedCaller>()

  #generation = 0

  constructor(private readonly maxTokens: number) {}

  /** Changes when the cache is cleared. */
  get generation(): number {
    return this.#generation
  }

  find(token: string, nowMs: number): Caller | undefined {
    const key = keyOf(token)
    const cached = this.#callers.get(key)
    if (cached === undefined) return undefined
    this.#callers.delete(key)
    if (cached.expiresAtMs <= nowMs) return undefined
    this.#callers.set(key, cached)
    return cached.caller
  }

  /** @param generation that of the time when the verification began; a result from before `clear` is not kept */
  add(token: string, cached: CachedCaller, generation: number): void {
    if (generation !== this.#generation) return
    if (this.#callers.size >= this.maxTokens) {
      const [oldest] = this.#callers.keys()
      if (oldest !== undefined) this.#callers.delete(oldest)
    }
    this.#callers.set(keyOf(token), cached)
  }

  clear(): void {
    this.#callers.clear()
    this.#generation += 1
  }

  get size(): number {
    return this.#callers.size
  }
}

function keyOf(token: string): string {
  return hash('sha256', token, 'base64')
}
