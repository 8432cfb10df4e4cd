import { AppError, type FieldProblem } from '@ecommerce/domain'
import type { Scope } from './scopes'

const REALM = 'ecommerce'

type ChallengeParameters = Readonly<Record<string, string>>

/** A request that is refused because of its credentials. RFC 6750 defines the header `WWW-Authenticate` of the response. */
export abstract class CredentialsError extends AppError {
  abstract readonly challenge: string
}

/** The request has no access token. A request without credentials gets no error code (RFC 6750, section 3.1). */
export class AuthenticationRequiredError extends CredentialsError {
  readonly code = 'authentication-required'
  readonly challenge: string

  constructor(scope: Scope) {
    super(`This request needs an access token with the scope ${scope}.`)
    this.challenge = challengeOf({ scope })
  }
}

/** The request has more than one token, or has it in a place where it is not accepted. */
export class InvalidCredentialsError extends CredentialsError {
  readonly code = 'malformed-request'
  readonly challenge: string

  constructor(detail: string) {
    super(detail)
    this.challenge = challengeOf({ error: 'invalid_request', error_description: detail })
  }
}

/** The token does not identify a caller. */
export class InvalidTokenError extends CredentialsError {
  readonly code = 'invalid-token'
  readonly challenge: string

  /** @param reason a phrase that follows "The access token" */
  constructor(reason: string) {
    const detail = `The access token ${reason}.`
    super(detail)
    this.challenge = challengeOf({ error: 'invalid_token', error_description: detail })
  }
}

/** The token is valid, but its scopes do not permit the request. */
export class InsufficientScopeError extends CredentialsError {
  readonly code = 'insufficient-scope'
  readonly challenge: string

  /** @param fields the members of the request that need the scope, if it is not the request itself */
  constructor(
    scope: Scope,
    override readonly fields: readonly FieldProblem[] = [],
  ) {
    super(`This request needs the scope ${scope}.`)
    this.challenge = challengeOf({ error: 'insufficient_scope', error_description: this.message, scope })
  }
}

function challengeOf(parameters: ChallengeParameters): string {
  const all = Object.entries({ realm: REALM, ...parameters })
  return `Bearer ${all.map(([name, value]) => `${name}="${quotable(value)}"`).join(', ')}`
}

/** RFC 6750 allows printable ASCII without quotes and backslashes in these parameters. */
function quotable(text: string): string {
  return text.replace(/[^\x20-\x21\x23-\x5b\x5d-\x7e]/g, '')
}
