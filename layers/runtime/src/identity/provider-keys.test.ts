import { UnavailableError } from '@ecommerce/domain'
import { afterNoon } from '@ecommerce/testing'
import { TestIssuer } from '@ecommerce/testing/test-issuer'
import { errors } from 'jose'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { ProviderKeys } from './provider-keys'

const ISSUER = 'https://id.example'
const MINUTE_MS = 60_000
const DAY_MS = 24 * 3_600_000

let signer: TestIssuer
beforeAll(async () => {
  signer = await TestIssuer.start()
})
afterAll(() => signer.close())

/** Keys of a provider whose documents, time and failures the test decides. */
async function setUp() {
  const state = { nowMs: 0, isDown: false, keys: (await signer.publicKeys()) as object[] }
  const fetchJson = vi.fn(async (url: string): Promise<unknown> => {
    if (state.isDown) throw new Error('connect ECONNREFUSED')
    return url.endsWith('/openid-configuration') ? { issuer: ISSUER, jwks_uri: `${ISSUER}/keys` } : { keys: state.keys }
  })
  const onChange = vi.fn()
  const onFailure = vi.fn()
  const keys = new ProviderKeys({ issuer: ISSUER, clock: () => afterNoon(state.nowMs), fetchJson, onChange, onFailure })
  const reads = () => fetchJson.mock.calls.filter(([url]) => url === `${ISSUER}/keys`).length
  const find = (kid: string) => keys.find({ alg: 'ES256', kid })
  return { state, keys, find, reads, fetchJson, onChange, onFailure }
}

describe('the keys of a provider', () => {
  it('are read once for many requests', async () => {
    const { find, reads } = await setUp()

    await Promise.all([find('key-1'), find('key-1'), find('key-1')])
    await find('key-1')

    expect(reads()).toBe(1)
  })

  it('are read again for an unknown key, which is how a rotation is noticed', async () => {
    const { find, state, onChange } = await setUp()
    await find('key-1')
    await signer.addKey()
    state.keys = await signer.publicKeys()

    await expect(find('key-2')).resolves.toBeDefined()
    await expect(find('key-1')).resolves.toBeDefined()
    expect(onChange).toHaveBeenCalledTimes(2)
  })

  it('are read again for a key that was added while they were being read', async () => {
    const { find, state, fetchJson } = await setUp()
    await signer.addKey()
    const [first, ...later] = (await signer.publicKeys()) as object[]
    state.keys = first ? [first] : []
    const reading = find('key-1')
    await vi.waitFor(() => expect(fetchJson).toHaveBeenCalledTimes(2))
    state.keys = [...state.keys, ...later]

    await expect(find('key-2')).resolves.toBeDefined()
    await reading
  })

  it('are read few times for many unknown keys, and again after some time', async () => {
    const { find, reads, state } = await setUp()
    for (let index = 0; index < 100; index += 1) {
      await expect(find(`unknown-${index}`)).rejects.toThrow(errors.JWKSNoMatchingKey)
    }
    expect(reads()).toBe(6)

    state.nowMs = 10_000
    await expect(find('unknown')).rejects.toThrow(errors.JWKSNoMatchingKey)
    await expect(find('unknown')).rejects.toThrow(errors.JWKSNoMatchingKey)
    expect(reads()).toBe(7)
  })

  it('are refreshed in the background', async () => {
    const { keys, find, reads, state } = await setUp()
    await find('key-1')
    state.nowMs = 11 * MINUTE_MS

    expect(keys.ensure()).toBeUndefined()
    await vi.waitFor(() => expect(reads()).toBe(2))
  })

  it('report no change when they are the same', async () => {
    const { find, state, reads, onChange } = await setUp()
    await find('key-1')
    state.nowMs = 11 * MINUTE_MS
    await find('key-1')
    await vi.waitFor(() => expect(reads()).toBe(2))

    expect(onChange).toHaveBeenCalledTimes(1)
  })

  it('stay usable for a day while the provider is down', async () => {
    const { find, state, onFailure } = await setUp()
    await find('key-1')
    state.isDown = true

    for (const nowMs of [MINUTE_MS, 11 * MINUTE_MS, DAY_MS - 1]) {
      state.nowMs = nowMs
      await expect(find('key-1')).resolves.toBeDefined()
    }
    await vi.waitFor(() => expect(onFailure).toHaveBeenCalled())
    state.nowMs = DAY_MS + 1
    await expect(find('key-1')).rejects.toThrow(UnavailableError)
  })

  it('are unavailable, not unknown, while the provider is down', async () => {
    const { find, state } = await setUp()
    await find('key-1')
    state.isDown = true

    for (let index = 0; index < 20; index += 1) {
      state.nowMs += 500
      await expect(find('unknown')).rejects.toThrow(UnavailableError)
    }
  })

  it('are requested at most once per second while the provider is down', async () => {
    const { find, state, fetchJson } = await setUp()
    state.isDown = true
    for (let index = 0; index < 20; index += 1) await expect(find('key-1')).rejects.toThrow(UnavailableError)
    expect(fetchJson).toHaveBeenCalledTimes(1)

    state.isDown = false
    state.nowMs = 1_000
    await expect(find('key-1')).resolves.toBeDefined()
  })

  it.each([
    { fault: 'another issuer', document: { issuer: 'https://other.example', jwks_uri: `${ISSUER}/keys` } },
    { fault: 'a key set without TLS', document: { issuer: ISSUER, jwks_uri: 'http://id.example/keys' } },
    { fault: 'a key set on this machine', document: { issuer: ISSUER, jwks_uri: 'http://127.0.0.1/keys' } },
    { fault: 'no key set', document: { issuer: ISSUER } },
    { fault: 'a list', document: [] },
  ])('are unavailable if the configuration has $fault', async ({ document }) => {
    const { find, fetchJson } = await setUp()
    fetchJson.mockResolvedValue(document)

    await expect(find('key-1')).rejects.toThrow(UnavailableError)
    expect(fetchJson).toHaveBeenCalledTimes(1)
  })

  it.each([
    { fault: 'no list', keys: 'none' },
    { fault: 'no key', keys: [] },
    { fault: 'only a secret key', keys: [{ kty: 'oct', k: 'c2VjcmV0', kid: 'key-1' }] },
    { fault: 'only a weak key', keys: [{ kty: 'RSA', n: 'AQAB', e: 'AQAB', kid: 'key-1' }] },
  ])('are unavailable if the key set has $fault', async ({ keys }) => {
    const { find, state } = await setUp()
    state.keys = keys as object[]

    await expect(find('key-1')).rejects.toThrow(UnavailableError)
  })

  it('include the usable ones beside others', async () => {
    const { find, state } = await setUp()
    state.keys = [{ kty: 'oct', k: 'c2VjcmV0' }, ...state.keys, { kty: 'unknown' }]

    await expect(find('key-1')).resolves.toBeDefined()
  })
})
