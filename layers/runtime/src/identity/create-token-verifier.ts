import type { Clock } from '@ecommerce/domain'
import { fetchJson } from './fetch-json'
import { JwtVerifier, type JwtVerifierOptions } from './jwt-verifier'
import { ProviderKeys } from './provider-keys'
import { TokenCache } from './token-cache'
import type { TokenVerifier } from './token-verifier'

const FETCH_TIMEOUT_MS = 2_000
const MAX_CACHED_TOKENS = 10_000

export interface TokenVerifierOptions extends Omit<JwtVerifierOptions, 'keys' | 'cache'> {
  readonly clock: Clock
  /** Called when known keys cannot be refreshed. They stay in use. */
  readonly onFailure: (error: Error) => void
}

/** Creates the verifier of the access tokens of one OpenID provider. It reads the keys with the first token. */
export function createTokenVerifier({ onFailure, ...options }: TokenVerifierOptions): TokenVerifier {
  const { issuer, clock } = options
  const cache = new TokenCache(MAX_CACHED_TOKENS)
  const keys = new ProviderKeys({
    issuer,
    clock,
    fetchJson: (url) => fetchJson(url, FETCH_TIMEOUT_MS),
    onChange: () => cache.clear(),
    onFailure,
  })
  return new JwtVerifier({ ...options, keys, cache })
}
