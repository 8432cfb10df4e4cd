import type { TokenOptions } from './command-line'

const TIMEOUT_MS = 5_000

export class TokenRequestError extends Error {
  override readonly name = 'TokenRequestError'
  readonly code = 'no-token'
}

/** Requests a token of the local issuer. @throws {TokenRequestError} */
export async function requestToken(issuer: string, { role, user }: TokenOptions): Promise<string> {
  const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: role, ...(user && { user }) })
  let response: Response
  try {
    response = await fetch(`${issuer}/token`, { method: 'POST', body, signal: AbortSignal.timeout(TIMEOUT_MS) })
  } catch (cause) {
    throw new TokenRequestError(`no issuer responds at ${issuer}: start the shop with npm start -- --auth`, { cause })
  }
  const { access_token: token } = (await response.json().catch(() => ({}))) as { access_token?: unknown }
  if (typeof token === 'string') return token
  throw new TokenRequestError(`${issuer} returned ${response.status} and no token`)
}
