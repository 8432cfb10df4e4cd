import type { JWTHeaderParameters, JWTPayload } from 'jose'
import { isRole, isScope, ROLES, type Scope } from './scopes'
import type { Verification } from './token-verifier'

export interface ClaimRules {
  readonly audiences: readonly string[]
  /** The claim with the user id. */
  readonly userClaim: string
  /** The claim with the roles of the caller. Undefined: only scopes count. */
  readonly rolesClaim?: string | undefined
  /** What the provider puts before the names of scopes. Amazon Cognito: the resource server and a slash. */
  readonly scopePrefix: string
}

/** RFC 9068 defines `at+jwt`. Cognito sends no type; Auth0, Keycloak and Entra ID send `JWT`. */
const HEADER_TYPES = ['jwt', 'at+jwt']
/** Keycloak has the type of a token in a claim. */
const CLAIM_TYPES = ['bearer', ...HEADER_TYPES]
/** Claims of ID tokens and logout tokens. */
const FOREIGN_CLAIMS = ['at_hash', 'c_hash', 'events']

const MAX_USER_ID_LENGTH = 64
/** Half a surrogate pair, which cannot be stored as UTF-8. */
const HALF_CHARACTER = /\p{Surrogate}/u

/** Returns the caller that verified claims name, or why the token is no access token for this shop. */
export function readClaims(header: JWTHeaderParameters, claims: JWTPayload, rules: ClaimRules): Verification {
  const refusal = kindRefusal(header, claims) ?? audienceRefusal(claims, rules.audiences)
  if (refusal !== undefined) return { refusal }
  const userId = userIdOf(claims[rules.userClaim])
  if (userId === undefined) {
    return { refusal: `has no claim ${rules.userClaim} of 1 to ${MAX_USER_ID_LENGTH} characters` }
  }
  const scopes = new Set([...scopesOf(claims, rules), ...scopesOfRoles(claims, rules)])
  return { caller: { userId, may: (scope) => scopes.has(scope) } }
}

function kindRefusal({ typ }: JWTHeaderParameters, claims: JWTPayload): string | undefined {
  const { typ: claimedType, token_use: use, cnf } = claims
  if (typ !== undefined && !HEADER_TYPES.includes(typ.toLowerCase().replace(/^application\//, ''))) {
    return 'has a typ that is not at+jwt or JWT'
  }
  if (claimedType !== undefined && !CLAIM_TYPES.includes(String(claimedType).toLowerCase())) {
    return 'is a token of another kind'
  }
  // Amazon Cognito: `id` for ID tokens.
  if (use !== undefined && use !== 'access') return 'is a token of another kind'
  if (FOREIGN_CLAIMS.some((name) => claims[name] !== undefined)) return 'is a token of another kind'
  // Whoever has stolen such a token could use it as a bearer token (RFC 9449, section 7.1; RFC 8705, section 3).
  if (cnf !== undefined) return 'is bound to a key, which is not supported'
  return undefined
}

/** As the JWT authorizer of API Gateway: `client_id` counts only without `aud`. Cognito's access tokens have no `aud`. */
function audienceRefusal({ aud, client_id: clientId }: JWTPayload, audiences: readonly string[]): string | undefined {
  const named = aud === undefined ? [clientId] : [aud].flat()
  return named.some((one) => typeof one === 'string' && audiences.includes(one)) ? undefined : 'is for another audience'
}

/** The contract accepts the same user ids in the body of an order. */
function userIdOf(claim: unknown): string | undefined {
  if (typeof claim === 'number') return Number.isSafeInteger(claim) && claim >= 0 ? String(claim) : undefined
  if (typeof claim !== 'string' || claim === '' || claim !== claim.trim() || HALF_CHARACTER.test(claim))
    return undefined
  return [...claim].length <= MAX_USER_ID_LENGTH ? claim : undefined
}

/** `scope` is a text (RFC 9068); some providers send `scp`, or a list. */
function scopesOf({ scope, scp }: JWTPayload, { scopePrefix }: ClaimRules): Scope[] {
  const names = textsOf(scope ?? scp).flatMap((text) => text.split(' '))
  return names
    .filter((name) => name.startsWith(scopePrefix))
    .map((name) => name.slice(scopePrefix.length))
    .filter(isScope)
}

function scopesOfRoles(claims: JWTPayload, { rolesClaim }: ClaimRules): Scope[] {
  if (rolesClaim === undefined) return []
  return textsOf(claimAt(claims, rolesClaim))
    .filter(isRole)
    .flatMap((role) => [...ROLES[role]])
}

/** The name of a claim may contain dots (Auth0), or be a path (Keycloak: `realm_access.roles`). */
function claimAt(claims: JWTPayload, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name]
  return name
    .split('.')
    .reduce<unknown>((value, part) => (isObject(value) && Object.hasOwn(value, part) ? value[part] : undefined), claims)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function textsOf(claim: unknown): string[] {
  return [claim].flat().filter((one) => typeof one === 'string')
}
