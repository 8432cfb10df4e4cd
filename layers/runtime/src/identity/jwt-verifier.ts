import { type Clock, UnavailableError } from '@ecommerce/domain'
import { decodeJwt, decodeProtectedHeader, errors, jwtVerify } from 'jose'
import { findDuplicateMember } from '../http/duplicate-members'
import type { ProviderKeys } from './provider-keys'
import type { TokenCache } from './token-cache'
import { type ClaimRules, readClaims } from './token-claims'
import type { TokenVerifier, Verification } from './token-verifier'

/**
 * Only signatures with asymmetric keys. With an HMAC algorithm, anybody could sign with the public key; `none` has no
 * signature at all.
 */
const ALGORITHMS = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
]

const MAX_TOKEN_LENGTH = 8_192

export interface JwtVerifierOptions extends ClaimRules {
  readonly issuer: string
  readonly keys: Pick<ProviderKeys, 'ensure' | 'find'>
  readonly cache: TokenCache
  readonly clock: Clock
  readonly clockToleranceMs: number
}

/** Verifies access tokens that are signed JWTs of one OpenID provider (RFC 9068, and what providers really send). */
export class JwtVerifier implements TokenVerifier {
  constructor(private readonly options: JwtVerifierOptions) {}

  async verify(token: string): Promise<Verification> {
    if (token.length > MAX_TOKEN_LENGTH) return { refusal: `has more than ${MAX_TOKEN_LENGTH} characters` }
    const { keys, cache, clock } = this.options
    // Also for a token in the cache: keys that are too old must not be trusted.
    const waiting = keys.ensure()
    if (waiting !== undefined) await waiting
    const cached = cache.find(token, clock().getTime())
    return cached === undefined ? this.#verifySignature(token) : { caller: cached }
  }

  async #verifySignature(token: string): Promise<Verification> {
    const { issuer, keys, clock, clockToleranceMs, cache } = this.options
    const refusal = formRefusal(token, issuer)
    if (refusal !== undefined) return { refusal }
    const { generation } = cache
    try {
      const { protectedHeader, payload } = await jwtVerify(token, (header) => keys.find(header), {
        algorithms: ALGORITHMS,
        issuer,
        requiredClaims: ['exp'],
        clockTolerance: clockToleranceMs / 1_000,
        currentDate: clock(),
      })
      const verification = readClaims(protectedHeader, payload, this.options)
      const expiresAtMs = (payload.exp ?? 0) * 1_000
      if ('caller' in verification && expiresAtMs > clock().getTime()) {
        cache.add(token, { caller: verification.caller, expiresAtMs }, generation)
      }
      return verification
    } catch (error) {
      if (error instanceof UnavailableError) throw error
      return { refusal: refusalOf(error) }
    }
  }
}

/** Checks what needs no key, so that a token of another issuer causes no fetch. */
function formRefusal(token: string, issuer: string): string | undefined {
  try {
    const { alg } = decodeProtectedHeader(token)
    if (alg === undefined || !ALGORITHMS.includes(alg)) return 'is signed with an algorithm that is not accepted'
    if (decodeJwt(token).iss !== issuer) return 'is from another issuer'
    const [header = '', payload = ''] = token.split('.')
    return [header, payload].some(hasDuplicateMember) ? 'has a member twice' : undefined
  } catch {
    return 'is not a signed JWT'
  }
}

/** RFC 7519, section 4: names of claims are unique. Parsers differ in which of two they use. */
function hasDuplicateMember(part: string): boolean {
  const text = Buffer.from(part, 'base64url').toString()
  return findDuplicateMember(text, JSON.parse(text)) !== undefined
}

function refusalOf(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'has expired'
  if (error instanceof errors.JWTClaimValidationFailed) {
    return error.claim === 'nbf' ? 'is not valid yet' : `has no valid claim ${error.claim}`
  }
  if (error instanceof errors.JWKSNoMatchingKey) return 'is signed with an unknown key'
  return 'has no valid signature'
}
