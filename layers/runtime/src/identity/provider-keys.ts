import { type Clock, UnavailableError } from '@ecommerce/domain'
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWSHeaderParameters } from 'jose'
import { readKeySet, readKeySetUrl } from './provider-documents'
import { configurationUrl } from './provider-urls'

/** After this time, the keys are read again in the background. */
const REFRESH_AFTER_MS = 10 * 60_000
/** For this time, known keys stay in use while the provider is down. */
const USABLE_FOR_MS = 24 * 3_600_000
const RETRY_REFRESH_AFTER_MS = 30_000
/** While the provider is down, requests that need it fail immediately, except for one in this time. */
const RETRY_AFTER_MS = 1_000

/**
 * Tokens with unknown key ids may cause this many fetches in a row, and then one in the interval: anybody can send such
 * tokens.
 */
const UNKNOWN_KEY_FETCHES = 5
const UNKNOWN_KEY_INTERVAL_MS = 10_000

export interface ProviderKeysOptions {
  readonly issuer: string
  readonly clock: Clock
  readonly fetchJson: (url: string) => Promise<unknown>
  /** Called when the key set has changed, so that nothing that a removed key has signed is trusted any longer. */
  readonly onChange: () => void
  /** Called when known keys cannot be refreshed. They stay in use. */
  readonly onFailure: (error: Error) => void
}

type FindKey = ReturnType<typeof createLocalJWKSet>

interface KnownKeys {
  readonly text: string
  readonly find: FindKey
  readonly fetchedAtMs: number
}

/**
 * The public keys of an OpenID provider: found by discovery, cached, and read again when a token names an unknown one,
 * which is how providers rotate their keys. Keys and addresses in the header of a token are never used.
 */
export class ProviderKeys {
  #known: KnownKeys | undefined
  #fetching: Promise<void> | undefined
  #refreshAtMs = 0
  #failure: { readonly error: Error; readonly atMs: number } | undefined
  #fetchesLeft = UNKNOWN_KEY_FETCHES
  #fetchesCountedAtMs = 0

  constructor(private readonly options: ProviderKeysOptions) {}

  /** Makes sure that keys are known. Returns a promise only if they must be fetched. @throws {UnavailableError} */
  ensure(): Promise<void> | undefined {
    const now = this.#nowMs()
    if (this.#known === undefined || now - this.#known.fetchedAtMs > USABLE_FOR_MS) return this.#fetch()
    if (now >= this.#refreshAtMs) this.#refreshInBackground()
    return undefined
  }

  /**
   * Returns the key that a token names.
   * @throws {UnavailableError} when the key is unknown and the provider is down
   * @throws {errors.JWKSNoMatchingKey} when the provider does not have the key
   */
  async find(header: JWSHeaderParameters) {
    await this.ensure()
    // A fetch that began before this token arrived may have missed its key.
    if (this.#fetching !== undefined && !(await this.#has(header))) await this.#fetching.catch(() => undefined)
    if (!(await this.#has(header))) await this.#fetchUnknown()
    return this.#findKnown(header)
  }

  async #has(header: JWSHeaderParameters): Promise<boolean> {
    try {
      await this.#findKnown(header)
      return true
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey) return false
      throw error
    }
  }

  async #findKnown(header: JWSHeaderParameters) {
    if (this.#known === undefined) throw this.#unavailable()
    return this.#known.find(header)
  }

  async #fetchUnknown(): Promise<void> {
    const now = this.#nowMs()
    this.#assertMayRetry()
    const earned = Math.floor((now - this.#fetchesCountedAtMs) / UNKNOWN_KEY_INTERVAL_MS)
    if (earned > 0) {
      this.#fetchesLeft = Math.min(UNKNOWN_KEY_FETCHES, this.#fetchesLeft + earned)
      this.#fetchesCountedAtMs = now
    }
    if (this.#fetching === undefined) {
      if (this.#fetchesLeft === 0) {
        if (this.#failure !== undefined) throw this.#unavailable()
        return
      }
      this.#fetchesLeft -= 1
    }
    await this.#fetch()
  }

  #refreshInBackground(): void {
    this.#refreshAtMs = this.#nowMs() + RETRY_REFRESH_AFTER_MS
    this.#fetch().catch(() => this.#failure && this.options.onFailure(this.#failure.error))
  }

  /** Fetches the keys, or joins the fetch that is in progress. @throws {UnavailableError} */
  async #fetch(): Promise<void> {
    if (this.#fetching === undefined) {
      this.#assertMayRetry()
      this.#fetching = this.#read().finally(() => {
        this.#fetching = undefined
      })
    }
    await this.#fetching
  }

  /** @throws {UnavailableError} shortly after a fetch has failed */
  #assertMayRetry(): void {
    if (this.#failure !== undefined && this.#nowMs() - this.#failure.atMs < RETRY_AFTER_MS) throw this.#unavailable()
  }

  async #read(): Promise<void> {
    const { issuer, fetchJson, onChange } = this.options
    try {
      const url = readKeySetUrl(await fetchJson(configurationUrl(issuer)), issuer)
      const keys = readKeySet(await fetchJson(url))
      const isChanged = this.#remember(keys)
      this.#failure = undefined
      if (isChanged) onChange()
    } catch (error) {
      this.#failure = { error: error instanceof Error ? error : new Error(String(error)), atMs: this.#nowMs() }
      throw this.#unavailable()
    }
  }

  /** @returns whether the keys differ from those that were known */
  #remember(keys: JSONWebKeySet): boolean {
    const now = this.#nowMs()
    const text = JSON.stringify(keys)
    const isChanged = text !== this.#known?.text
    // The set of jose keeps imported keys, so an unchanged one stays.
    const find = isChanged || this.#known === undefined ? createLocalJWKSet(keys) : this.#known.find
    this.#known = { text, find, fetchedAtMs: now }
    this.#refreshAtMs = now + REFRESH_AFTER_MS
    return isChanged
  }

  #unavailable(): UnavailableError {
    return new UnavailableError('The identity provider', { cause: this.#failure?.error })
  }

  #nowMs(): number {
    return this.options.clock().getTime()
  }
}
