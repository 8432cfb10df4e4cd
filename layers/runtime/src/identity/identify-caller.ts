import { UnavailableError } from '@ecommerce/domain'
import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import type { Route } from '../http/route'
import { readBearerToken } from './bearer-token'
import { ANONYMOUS, ANYBODY, type Caller } from './caller'
import { AuthenticationRequiredError, InsufficientScopeError, InvalidTokenError } from './identity-errors'
import type { TokenVerifier } from './token-verifier'

export type IdentifyCaller = (event: APIGatewayProxyEventV2) => Promise<Caller> | Caller

/**
 * Creates the check of the callers of a route.
 * @param verifier undefined for a shop without an identity provider, in which anybody may do everything
 * @returns a function that throws the `CredentialsError` of a request without the right token, or `UnavailableError`
 */
export function identifyCaller(
  { access, reveals }: Pick<Route, 'access' | 'reveals'>,
  verifier: TokenVerifier | undefined,
): IdentifyCaller {
  if (verifier === undefined) return () => ANYBODY
  return async (event) => {
    const token = readBearerToken(event)
    if (access === 'public') {
      return token === undefined || reveals === undefined ? ANONYMOUS : callerOrAnonymous(verifier, token)
    }
    if (token === undefined) throw new AuthenticationRequiredError(access)
    const verification = await verifier.verify(token)
    if ('refusal' in verification) throw new InvalidTokenError(verification.refusal)
    if (!verification.caller.may(access)) throw new InsufficientScopeError(access)
    return verification.caller
  }
}

/** A public route must respond to everybody, also while the identity provider is down. */
async function callerOrAnonymous(verifier: TokenVerifier, token: string): Promise<Caller> {
  try {
    const verification = await verifier.verify(token)
    return 'caller' in verification ? verification.caller : ANONYMOUS
  } catch (error) {
    if (error instanceof UnavailableError) return ANONYMOUS
    throw error
  }
}
