import type { KafkaSasl } from '../event-source-mapping'

type OAuthBearer = Extract<KafkaSasl, { mechanism: 'oauthbearer' }>

const TIMEOUT_MS = 10_000

/** Requests a token for SASL/OAUTHBEARER with the client credentials grant (RFC 6749, section 4.4). */
export async function requestToken({ tokenEndpoint, clientId, clientSecret, scope }: OAuthBearer): Promise<string> {
  const response = await fetch(tokenEndpoint, {
    method: 'POST',
    headers: { authorization: basic(clientId, clientSecret), accept: 'application/json' },
    body: new URLSearchParams({ grant_type: 'client_credentials', ...(scope !== undefined && { scope }) }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  if (!response.ok) throw new Error(`the token endpoint responded with status ${response.status}`)
  const body: unknown = await response.json()
  const token = typeof body === 'object' && body !== null && 'access_token' in body ? body.access_token : undefined
  if (typeof token !== 'string') throw new Error('the response of the token endpoint has no access_token')
  return token
}

/** RFC 6749, section 2.3.1: id and secret are encoded before they are joined. */
function basic(clientId: string, clientSecret: string): string {
  const credentials = `${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`
  return `Basic ${Buffer.from(credentials).toString('base64')}`
}
