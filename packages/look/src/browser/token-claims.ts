/** What a page shows of a token. Only the shop verifies tokens. */
export interface TokenClaims {
  readonly user: string
  readonly scopes: readonly string[]
  readonly expiresAtMs: number
}

/** @returns undefined for a text that is no JWT with a user and an expiry */
export function readTokenClaims(token: string): TokenClaims | undefined {
  const [, payload, signature] = token.split('.')
  if (payload === undefined || signature === undefined) return undefined
  try {
    const bytes = Uint8Array.from(atob(payload.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0))
    const claims: Readonly<Record<string, unknown>> = JSON.parse(new TextDecoder().decode(bytes))
    const { sub, exp, scope } = claims
    if (typeof sub !== 'string' || typeof exp !== 'number') return undefined
    return { user: sub, expiresAtMs: exp * 1_000, scopes: typeof scope === 'string' ? scope.split(' ') : [] }
  } catch {
    return undefined
  }
}
