import { describe, expect, it } from 'vitest'
import { SCOPES, type Scope } from './scopes'
import { type ClaimRules, readClaims } from './token-claims'

const RULES: ClaimRules = { audiences: ['shop', 'web-client'], userClaim: 'sub', scopePrefix: '' }
const CLAIMS = { sub: 'ann', aud: 'shop' }

function read(claims: object, rules: Partial<ClaimRules> = {}, typ?: string) {
  return readClaims(
    { alg: 'RS256', ...(typ !== undefined && { typ }) },
    { ...CLAIMS, ...claims },
    { ...RULES, ...rules },
  )
}

function scopesOf(claims: object, rules: Partial<ClaimRules> = {}): Scope[] {
  const verification = read(claims, rules)
  if (!('caller' in verification)) return expect.fail(verification.refusal)
  const { caller } = verification
  return (Object.keys(SCOPES) as Scope[]).filter((scope) => caller.may(scope))
}

describe('an access token', () => {
  it.each([
    {
      provider: 'Amazon Cognito',
      claims: { aud: undefined, client_id: 'web-client', token_use: 'access' },
      typ: undefined,
    },
    { provider: 'Auth0', claims: { aud: ['shop', 'https://x.auth0.com/userinfo'], azp: 'abc' }, typ: 'JWT' },
    { provider: 'Auth0 with RFC 9068', claims: { client_id: 'abc' }, typ: 'at+jwt' },
    { provider: 'Keycloak', claims: { typ: 'Bearer', azp: 'web', aud: ['shop', 'account'] }, typ: 'JWT' },
    { provider: 'Entra ID', claims: { ver: '2.0', scp: 'orders:read' }, typ: 'JWT' },
    { provider: 'RFC 9068 with the whole media type', claims: {}, typ: 'application/at+jwt' },
  ])('of $provider is accepted', ({ claims, typ }) => {
    expect(read(claims, {}, typ)).toMatchObject({ caller: { userId: 'ann' } })
  })

  it('permits nothing without scopes', () => {
    expect(scopesOf({})).toEqual([])
  })

  it.each([
    { form: 'a text', claims: { scope: 'openid orders:read orders:write' } },
    { form: 'a list', claims: { scp: ['orders:read', 'orders:write', 7] } },
    { form: 'a text in scp', claims: { scp: 'orders:read orders:write' } },
  ])('may have its scopes as $form', ({ claims }) => {
    expect(scopesOf(claims)).toEqual(['orders:read', 'orders:write'])
  })

  it.each([
    { scope: 'orders:readers orders orders:READ' },
    { scope: { 'orders:read': true } },
    { scope: 7 },
    { scope: 'toString constructor __proto__' },
    { roles: ['staff'] },
  ])('has no scope in %j', (claims) => {
    expect(scopesOf(claims)).toEqual([])
  })

  it('may have scopes with the prefix of a resource server, and then only those count', () => {
    expect(scopesOf({ scope: 'shop/orders:read orders:write bank/orders:manage' }, { scopePrefix: 'shop/' })).toEqual([
      'orders:read',
    ])
  })
})

describe('the roles of a token', () => {
  const CUSTOMER: Scope[] = ['orders:read', 'orders:write']

  it.each([
    { provider: 'Amazon Cognito', rolesClaim: 'cognito:groups', claims: { 'cognito:groups': ['customer', 'admins'] } },
    { provider: 'Keycloak', rolesClaim: 'realm_access.roles', claims: { realm_access: { roles: ['customer'] } } },
    {
      provider: 'Auth0',
      rolesClaim: 'https://shop.example/roles',
      claims: { 'https://shop.example/roles': ['customer'] },
    },
    { provider: 'a provider with one role', rolesClaim: 'role', claims: { role: 'customer' } },
  ])('of $provider give scopes', ({ rolesClaim, claims }) => {
    expect(scopesOf(claims, { rolesClaim })).toEqual(CUSTOMER)
  })

  it('add to its scopes', () => {
    const claims = { scope: 'orders:read', groups: ['operator'] }

    expect(scopesOf(claims, { rolesClaim: 'groups' })).toEqual([
      'orders:read',
      'dead-letters:manage',
      'operations:read',
    ])
  })

  it.each(['groups.length', 'constructor.name', 'missing.roles'])('are not read from %s', (rolesClaim) => {
    expect(scopesOf({ groups: 'staff' }, { rolesClaim })).toEqual([])
  })
})

describe('the user id of a token', () => {
  it.each([
    { value: 'auth0|5f7c8ec7c33c6c004bbafe82', userId: 'auth0|5f7c8ec7c33c6c004bbafe82' },
    { value: 17, userId: '17' },
    { value: '😀'.repeat(64), userId: '😀'.repeat(64) },
  ])('is $userId', ({ value, userId }) => {
    expect(read({ uid: value }, { userClaim: 'uid' })).toMatchObject({ caller: { userId } })
  })

  it.each(['', ' ', ' ann', 'a'.repeat(65), '\ud83d', -1, 1.5, 2 ** 60, null, ['ann'], { id: 'ann' }])(
    'cannot be %j',
    (value) => {
      expect(read({ uid: value }, { userClaim: 'uid' })).toEqual({ refusal: expect.stringContaining('claim uid') })
    },
  )
})
