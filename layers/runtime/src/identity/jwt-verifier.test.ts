import { TestIssuer } from '@ecommerce/testing/test-issuer'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTokenVerifier } from './create-token-verifier'
import type { TokenVerifier } from './token-verifier'

let issuer: TestIssuer
beforeEach(async () => {
  issuer = await TestIssuer.start()
})
afterEach(() => issuer.close())

function setUp() {
  let offsetMs = 0
  const failures: string[] = []
  const verifier = createTokenVerifier({
    issuer: issuer.url,
    audiences: ['shop'],
    userClaim: 'sub',
    scopePrefix: '',
    clock: () => new Date(Date.now() + offsetMs),
    clockToleranceMs: 0,
    onFailure: ({ message }) => failures.push(message),
  })
  return {
    verifier,
    failures,
    pass: (ms: number) => {
      offsetMs += ms
    },
  }
}

async function isAccepted(verifier: TokenVerifier, token: string): Promise<boolean> {
  return 'caller' in (await verifier.verify(token))
}

describe('the verifier', () => {
  it('accepts a token until it expires, also from its cache', async () => {
    const { verifier, pass } = setUp()
    const token = await issuer.token({ claims: { exp: Math.floor(Date.now() / 1_000) + 60 } })

    expect(await isAccepted(verifier, token)).toBe(true)
    pass(50_000)
    expect(await isAccepted(verifier, token)).toBe(true)
    pass(11_000)
    expect(await verifier.verify(token)).toEqual({ refusal: 'has expired' })
  })

  it('forgets cached tokens when the provider removes their key', async () => {
    const { verifier, pass } = setUp()
    const token = await issuer.token()
    expect(await isAccepted(verifier, token)).toBe(true)
    await issuer.addKey()
    issuer.removeOldKeys()

    expect(await isAccepted(verifier, await issuer.token())).toBe(true)
    pass(1_000)
    expect(await isAccepted(verifier, token)).toBe(false)
  })

  it('fails no request while keys are rotated', async () => {
    const { verifier } = setUp()
    let isRotating = true
    const results: boolean[] = []
    const requests = async () => {
      while (isRotating) results.push(await isAccepted(verifier, await issuer.token()))
    }
    const running = Promise.all([requests(), requests(), requests()])
    for (let rotation = 0; rotation < 4; rotation += 1) {
      const before = results.length
      await issuer.addKey(rotation % 2 === 0 ? 'EdDSA' : 'ES256')
      await expect.poll(() => results.length).toBeGreaterThan(before + 10)
    }
    isRotating = false
    await running

    expect(results).not.toContain(false)
  })

  it('goes on with known keys while the provider is down, and recovers', async () => {
    const { verifier, pass, failures } = setUp()
    expect(await isAccepted(verifier, await issuer.token())).toBe(true)
    await issuer.close()

    pass(11 * 60_000)
    const now = Math.floor(Date.now() / 1_000) + 12 * 60
    expect(await isAccepted(verifier, await issuer.token({ claims: { exp: now } }))).toBe(true)
    await expect.poll(() => failures).toEqual([expect.stringContaining('cannot be read')])
    await issuer.open()
    await issuer.addKey()
    pass(2_000)
    expect(await isAccepted(verifier, await issuer.token({ claims: { exp: now } }))).toBe(true)
  })

  it('is unavailable, and accepts nothing, while it has no key', async () => {
    const { verifier } = setUp()
    const token = await issuer.token()
    await issuer.close()

    await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'unavailable', retriable: true })
  })
})
