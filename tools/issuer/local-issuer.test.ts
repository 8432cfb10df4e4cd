import { createTokenVerifier } from '@ecommerce/runtime/token-verifier'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { UsageError } from '../usage-error'
import { parseCommandLine } from './command-line'
import { LOCAL_AUDIENCE, type LocalIssuer, startLocalIssuer } from './local-issuer'
import { requestToken, TokenRequestError } from './request-token'

let issuer: LocalIssuer
beforeAll(async () => {
  issuer = await startLocalIssuer(0)
})
afterAll(() => issuer.stop())

function verifier() {
  return createTokenVerifier({
    issuer: issuer.url,
    audiences: [LOCAL_AUDIENCE],
    userClaim: 'sub',
    rolesClaim: undefined,
    scopePrefix: '',
    clock: () => new Date(),
    clockToleranceMs: 0,
    onFailure: (error) => {
      throw error
    },
  })
}

async function callerOf(token: string) {
  const verification = await verifier().verify(token)
  return 'caller' in verification ? verification.caller : expect.fail(verification.refusal)
}

describe('a token of the local issuer', () => {
  it.each([
    { role: 'customer', scope: 'orders:write', other: 'catalogue:write' },
    { role: 'staff', scope: 'catalogue:write', other: 'dead-letters:manage' },
    { role: 'operator', scope: 'operations:read', other: 'orders:write' },
  ] as const)('lets the shop recognize the role $role', async ({ role, scope, other }) => {
    const caller = await callerOf(await requestToken(issuer.url, { role, user: undefined }))

    expect({ user: caller.userId, may: caller.may(scope), mayMore: caller.may(other) }).toEqual({
      user: role,
      may: true,
      mayMore: false,
    })
  })

  it('may have several roles, and names its user', async () => {
    const caller = await callerOf(await requestToken(issuer.url, { role: 'staff,operator', user: '1' }))

    expect([caller.userId, caller.may('catalogue:write'), caller.may('operations:read')]).toEqual(['1', true, true])
  })

  it('can be requested with HTTP Basic, as OAuth clients do', async () => {
    const response = await fetch(`${issuer.url}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from('staff%2Coperator:any').toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    })
    const { access_token } = (await response.json()) as { access_token: string }

    expect((await callerOf(access_token)).may('catalogue:write')).toBe(true)
  })

  it.each(['admin', '', 'customer,', 'constructor'])('is refused for the role "%s"', async (role) => {
    await expect(requestToken(issuer.url, { role, user: undefined })).rejects.toThrow('returned 400')
  })
})

it('a missing issuer is reported with the command that starts it', async () => {
  const request = requestToken('http://127.0.0.1:1', { role: 'staff', user: undefined })

  await expect(request).rejects.toThrow(TokenRequestError)
  await expect(request).rejects.toThrow('npm start -- --auth')
})

describe('npm run token', () => {
  it('takes roles and a user', () => {
    expect(parseCommandLine(['--role', 'customer,staff', '--user', '1'])).toEqual({
      role: 'customer,staff',
      user: '1',
    })
  })

  it.each([[[]], [['--role', 'admin']], [['--role', '']], [['--roles', 'staff']], [['staff']]])(
    'refuses %j',
    (args) => {
      expect(() => parseCommandLine(args)).toThrow(UsageError)
    },
  )
})
