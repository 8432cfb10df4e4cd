import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { InvalidCredentialsError } from './identity-errors'

const BEARER = /^bearer(?: |$)/i
const CREDENTIALS = /^bearer +([\w.~+/-]+=*) *$/i

/**
 * Returns the access token of a request. Only the header `Authorization` may contain it: the query of a request is often
 * logged. Another scheme than `Bearer` counts as no token.
 * @throws {InvalidCredentialsError}
 */
export function readBearerToken({ headers, queryStringParameters }: APIGatewayProxyEventV2): string | undefined {
  if (queryStringParameters !== undefined && Object.hasOwn(queryStringParameters, 'access_token')) {
    throw new InvalidCredentialsError('An access token in the query is not accepted. Use the header Authorization.')
  }
  const { authorization } = headers
  if (authorization === undefined) return undefined
  // The event has the values of a repeated header as one text.
  if (/,\s*bearer\b/i.test(authorization) || (BEARER.test(authorization) && authorization.includes(','))) {
    throw new InvalidCredentialsError('The request has more than one header Authorization.')
  }
  if (!BEARER.test(authorization)) return undefined
  const [, token] = CREDENTIALS.exec(authorization) ?? []
  if (token === undefined)
    throw new InvalidCredentialsError('The header Authorization must be: Bearer, a blank, a token.')
  return token
}
