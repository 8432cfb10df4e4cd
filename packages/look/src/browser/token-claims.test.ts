import { describe, expect, it } from 'vitest'
import { readTokenClaims } from './token-claims'

function tokenWith(claims: unknown): string {
  const bytes = new TextEncoder().encode(JSON.stringify(claims))
  const payload = btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
  return `e30.${payload}.sig`
}

describe('the claims of a token', () => {
  it('are its user, its scopes and its expiry', () => {
    expect(readTokenClaims(tokenWith({ sub: 'Zoë ☕', exp: 2, scope: 'orders:read orders:write' }))).toEqual({
      user: 'Zoë ☕',
      scopes: ['orders:read', 'orders:write'],
      expiresAtMs: 2_000,
    })
  })

  it('may have no scopes', () => {
    expect(readTokenClaims(tokenWith({ sub: 'ada', exp: 2 }))?.scopes).toEqual([])
  })

  it.each([
    '',
    'text',
    'a.b',
    'a.%.c',
    'a.e30.c',
    tokenWith(null),
    tokenWith({ sub: 1, exp: 2 }),
    tokenWith({ sub: 'a' }),
  ])('are undefined for %s', (token) => {
    expect(readTokenClaims(token)).toBeUndefined()
  })
})
