import { createHmac } from 'node:crypto'
import { TestIssuer } from '@ecommerce/testing/test-issuer'
import { exportSPKI, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTokenVerifier } from './create-token-verifier'
import type { TokenVerifier } from './token-verifier'

const secondsFromNow = (seconds: number) => Math.floor(Date.now() / 1_000) + seconds

let issuer: TestIssuer
let stranger: TestIssuer
let verifier: TokenVerifier

beforeAll(async () => {
  ;[issuer, stranger] = await Promise.all([TestIssuer.start('RS256'), TestIssuer.start('RS256')])
  verifier = verifierOf(issuer.url)
})

afterAll(() => Promise.all([issuer.close(), stranger.close()]))

function verifierOf(url: string): TokenVerifier {
  return createTokenVerifier({
    issuer: url,
    audiences: ['shop'],
    userClaim: 'sub',
    scopePrefix: '',
    clock: () => new Date(),
    clockToleranceMs: 30_000,
    onFailure: (error) => expect.fail(error.message),
  })
}

function encode(part: unknown): string {
  return Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url')
}

function decode(token: string): {
  header: Record<string, unknown>
  payload: Record<string, unknown>
  signature: string
} {
  const [header = '', payload = '', signature = ''] = token.split('.')
  const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString())
  return { header: read(header), payload: read(payload), signature }
}

/** A token whose HMAC key is the public key that everybody can read. */
async function signedWithPublicKey(alg: 'HS256' | 'HS512'): Promise<string> {
  const { payload } = decode(await issuer.token())
  const unsigned = `${encode({ alg, kid: issuer.newestKey.kid, typ: 'at+jwt' })}.${encode(payload)}`
  const key = await exportSPKI(issuer.newestKey.pair.publicKey)
  const signature = createHmac(alg.replace('HS', 'sha'), key).update(unsigned).digest('base64url')
  return `${unsigned}.${signature}`
}

/** A token that is signed with a key of the attacker, whose header leads to that key. */
async function signedWithOwnKey(header: Record<string, unknown>): Promise<string> {
  const { payload } = decode(await issuer.token())
  const { pair } = stranger.newestKey
  return new SignJWT(payload).setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', ...header }).sign(pair.privateKey)
}

async function changed(part: 'header' | 'payload', text: (before: string) => string): Promise<string> {
  const token = await issuer.token()
  const parts = token.split('.')
  const index = part === 'header' ? 0 : 1
  parts[index] = encode(text(Buffer.from(parts[index] ?? '', 'base64url').toString()))
  return parts.join('.')
}

/** A token with a valid signature over exactly this payload, which a JSON serializer would not write. */
async function signedText(payload: string, header?: string): Promise<string> {
  const { kid, pair } = issuer.newestKey
  const unsigned = `${encode(header ?? { alg: 'RS256', kid, typ: 'at+jwt' })}.${encode(payload)}`
  const signature = await crypto.subtle.sign('RSASSA-PKCS1-v1_5', pair.privateKey, Buffer.from(unsigned))
  return `${unsigned}.${Buffer.from(signature).toString('base64url')}`
}

async function payloadText(): Promise<string> {
  return JSON.stringify(decode(await issuer.token()).payload)
}

const ATTACKS: readonly {
  readonly attack: string
  readonly token: () => Promise<string> | string
  readonly refusal: RegExp
}[] = [
  {
    attack: 'no algorithm and no signature',
    token: async () => `${encode({ alg: 'none' })}.${encode(decode(await issuer.token()).payload)}.`,
    refusal: /algorithm/,
  },
  {
    attack: 'the algorithm None in another case',
    token: async () => `${encode({ alg: 'nOnE' })}.${encode(decode(await issuer.token()).payload)}.`,
    refusal: /algorithm/,
  },
  { attack: 'HS256 with the public key', token: () => signedWithPublicKey('HS256'), refusal: /algorithm/ },
  { attack: 'HS512 with the public key', token: () => signedWithPublicKey('HS512'), refusal: /algorithm/ },
  {
    attack: 'another algorithm for the same key',
    token: async () => changed('header', (text) => text.replace('RS256', 'PS256')),
    refusal: /signature|key/,
  },
  {
    attack: 'a signature that is removed',
    token: async () => (await issuer.token()).replace(/[^.]+$/, ''),
    refusal: /signature/,
  },
  {
    attack: 'a signature of another token',
    token: async () => {
      const [one, other] = await Promise.all([issuer.token(), issuer.token({ claims: { sub: 'bob' } })])
      return `${other.slice(0, other.lastIndexOf('.'))}.${decode(one).signature}`
    },
    refusal: /signature/,
  },
  {
    attack: 'a changed payload',
    token: () => changed('payload', (text) => text.replace('ann', 'bob')),
    refusal: /signature/,
  },
  { attack: 'another issuer', token: () => stranger.token(), refusal: /another issuer/ },
  {
    attack: 'another issuer that claims to be the right one',
    token: () => stranger.token({ claims: { iss: issuer.url } }),
    refusal: /signature|unknown key/,
  },
  { attack: 'no issuer', token: () => issuer.token({ claims: { iss: undefined } }), refusal: /another issuer/ },
  {
    attack: 'the issuer with a slash',
    token: () => issuer.token({ claims: { iss: `${issuer.url}/` } }),
    refusal: /another issuer/,
  },
  {
    attack: 'the issuer in a list',
    token: () => issuer.token({ claims: { iss: [issuer.url] } }),
    refusal: /another issuer/,
  },
  { attack: 'another audience', token: () => issuer.token({ claims: { aud: 'bank' } }), refusal: /audience/ },
  { attack: 'no audience', token: () => issuer.token({ claims: { aud: undefined } }), refusal: /audience/ },
  {
    attack: 'an audience that begins alike',
    token: () => issuer.token({ claims: { aud: 'shop2' } }),
    refusal: /audience/,
  },
  {
    attack: 'the right client for another audience',
    token: () => issuer.token({ claims: { aud: 'bank', client_id: 'shop' } }),
    refusal: /audience/,
  },
  {
    attack: 'an expired token',
    token: () => issuer.token({ claims: { exp: secondsFromNow(-60) } }),
    refusal: /expired/,
  },
  { attack: 'no expiry', token: () => issuer.token({ claims: { exp: undefined } }), refusal: /exp/ },
  { attack: 'an expiry that is a text', token: () => issuer.token({ claims: { exp: '9999999999' } }), refusal: /exp/ },
  {
    attack: 'a token that is not valid yet',
    token: () => issuer.token({ claims: { nbf: secondsFromNow(300) } }),
    refusal: /not valid yet/,
  },
  {
    attack: 'a key id with a path',
    token: () => signedWithOwnKey({ kid: '../../../dev/null' }),
    refusal: /unknown key/,
  },
  {
    attack: 'a key id with SQL',
    token: () => signedWithOwnKey({ kid: "x' UNION SELECT 'key' -- " }),
    refusal: /unknown key/,
  },
  {
    attack: 'a key id that is a number',
    token: () => signedWithOwnKey({ kid: 7 }),
    refusal: /signature|unknown key|signed JWT/,
  },
  {
    attack: 'a key id of a member of every object',
    token: () => signedWithOwnKey({ kid: '__proto__' }),
    refusal: /unknown key/,
  },
  { attack: 'an unknown key id', token: () => signedWithOwnKey({ kid: 'nobody' }), refusal: /unknown key/ },
  {
    attack: 'the known key id with another key',
    token: () => signedWithOwnKey({ kid: issuer.newestKey.kid }),
    refusal: /signature/,
  },
  {
    attack: 'the address of another key set (jku)',
    token: () => signedWithOwnKey({ kid: 'nobody', jku: `${stranger.url}/keys` }),
    refusal: /unknown key/,
  },
  {
    attack: 'the address of a certificate (x5u)',
    token: () => signedWithOwnKey({ kid: 'nobody', x5u: `${stranger.url}/keys` }),
    refusal: /unknown key/,
  },
  {
    attack: 'its own public key in the header (jwk)',
    token: async () => signedWithOwnKey({ kid: issuer.newestKey.kid, jwk: (await stranger.publicKeys())[0] }),
    refusal: /signature/,
  },
  {
    attack: 'a certificate in the header (x5c)',
    token: () => signedWithOwnKey({ kid: issuer.newestKey.kid, x5c: ['MIIB'] }),
    refusal: /signature/,
  },
  {
    attack: 'a critical header that is unknown',
    token: () => changed('header', (text) => text.replace('{', '{"crit":["x"],"x":1,')),
    refusal: /signature|JWT/,
  },
  {
    attack: 'an unencoded payload (b64)',
    token: () => changed('header', (text) => text.replace('{', '{"crit":["b64"],"b64":false,')),
    refusal: /signature|JWT/,
  },
  {
    attack: 'a huge token',
    token: () => issuer.token({ claims: { filler: 'x'.repeat(9_000) } }),
    refusal: /characters/,
  },
  {
    attack: 'a claim twice',
    token: async () => signedText((await payloadText()).replace('{', '{"sub":"bob",')),
    refusal: /twice/,
  },
  {
    attack: 'a header member twice',
    token: async () => signedText(await payloadText(), `{"alg":"RS256","alg":"RS256","kid":"${issuer.newestKey.kid}"}`),
    refusal: /twice/,
  },
  { attack: 'a payload that is not JSON', token: () => signedText('ann'), refusal: /signed JWT/ },
  { attack: 'a payload that is a list', token: () => signedText('[]'), refusal: /signed JWT|issuer/ },
  {
    attack: 'an encrypted token of five parts',
    token: () => `${encode({ alg: 'RSA-OAEP', enc: 'A256GCM' })}.a.b.c.d`,
    refusal: /signed JWT|algorithm/,
  },
  { attack: 'a text without dots', token: () => 'opaque-token', refusal: /signed JWT/ },
  { attack: 'only dots', token: () => '..', refusal: /signed JWT/ },
  { attack: 'a user id of blanks', token: () => issuer.token({ claims: { sub: '  ' } }), refusal: /claim sub/ },
  {
    attack: 'a user id with a blank at the end',
    token: () => issuer.token({ claims: { sub: 'ann ' } }),
    refusal: /claim sub/,
  },
  { attack: 'no user id', token: () => issuer.token({ claims: { sub: undefined } }), refusal: /claim sub/ },
  {
    attack: 'an ID token of Cognito',
    token: () => issuer.token({ claims: { token_use: 'id' } }),
    refusal: /another kind/,
  },
  { attack: 'an ID token of Keycloak', token: () => issuer.token({ claims: { typ: 'ID' } }), refusal: /another kind/ },
  {
    attack: 'a refresh token of Keycloak',
    token: () => issuer.token({ claims: { typ: 'Refresh' } }),
    refusal: /another kind/,
  },
  {
    attack: 'an ID token with the hash of an access token',
    token: () => issuer.token({ claims: { at_hash: 'x' } }),
    refusal: /another kind/,
  },
  { attack: 'a logout token', token: () => issuer.token({ header: { typ: 'logout+jwt' } }), refusal: /typ/ },
  { attack: 'a proof of possession', token: () => issuer.token({ header: { typ: 'dpop+jwt' } }), refusal: /typ/ },
  {
    attack: 'a token that is bound to a key',
    token: () => issuer.token({ claims: { cnf: { jkt: 'x' } } }),
    refusal: /bound/,
  },
]

describe('a token', () => {
  it.each(ATTACKS)('with $attack is refused', async ({ token, refusal }) => {
    expect(await verifier.verify(await token())).toEqual({ refusal: expect.stringMatching(refusal) })
  })

  it('makes the shop read no address in its header', () => {
    expect(stranger.keySetReads).toBe(0)
  })

  it('with an unknown key causes few reads of the key set, however many there are', async () => {
    const before = issuer.keySetReads
    for (let index = 0; index < 50; index += 1)
      await verifier.verify(await signedWithOwnKey({ kid: `unknown-${index}` }))

    expect(issuer.keySetReads - before).toBeLessThanOrEqual(5)
  })
})

describe('a valid token', () => {
  it.each(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'])(
    'may be signed with %s',
    async (alg) => {
      const own = await TestIssuer.start(alg)

      expect(await verifierOf(own.url).verify(await own.token())).toMatchObject({ caller: { userId: 'ann' } })
      await own.close()
    },
  )

  it.each([
    { difference: 'expired within the tolerance', exp: -5 },
    { difference: 'begins within the tolerance', nbf: 10 },
  ])('may have $difference', async ({ difference: _, ...seconds }) => {
    const claims = Object.fromEntries(Object.entries(seconds).map(([name, from]) => [name, secondsFromNow(from ?? 0)]))
    expect(await verifier.verify(await issuer.token({ claims }))).toHaveProperty('caller.userId', 'ann')
  })
})
