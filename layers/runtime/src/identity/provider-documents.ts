import type { JSONWebKeySet, JWK } from 'jose'
import { z } from '../zod'
import { configurationUrl, isLoopbackUrl, isSecureUrl } from './provider-urls'

const MAX_KEYS = 100
/** Of the base64url text of a modulus: 2,048 bits. Shorter keys are too weak for RS and PS algorithms (RFC 7518). */
const MIN_RSA_DIGITS = 342

const configuration = z.object({ issuer: z.string(), jwks_uri: z.string() })
const keySet = z.object({ keys: z.array(z.record(z.string(), z.unknown())) })

/** The members of a public key that the verification needs. All others are ignored, also private ones. */
const publicKey = z.object({
  kty: z.enum(['RSA', 'EC', 'OKP']),
  kid: z.string().optional(),
  use: z.string().optional(),
  key_ops: z.array(z.string()).optional(),
  alg: z.string().optional(),
  n: z.string().min(MIN_RSA_DIGITS).optional(),
  e: z.string().optional(),
  crv: z.string().optional(),
  x: z.string().optional(),
  y: z.string().optional(),
})

/** Returns the address of the key set. @throws when the document is not that of the issuer */
export function readKeySetUrl(document: unknown, issuer: string): string {
  const parsed = configuration.safeParse(document)
  if (!parsed.success) throw new Error(`${configurationUrl(issuer)} is not an OpenID configuration`)
  const { issuer: named, jwks_uri: url } = parsed.data
  if (named !== issuer) throw new Error(`${configurationUrl(issuer)} names the issuer ${named}, not ${issuer}`)
  if (!isSecureUrl(url) || (isLoopbackUrl(url) && !isLoopbackUrl(issuer))) {
    throw new Error(`the jwks_uri of ${issuer} must be an https:// URL`)
  }
  return url
}

/** Returns the public keys that may verify signatures. @throws when there is none */
export function readKeySet(document: unknown): JSONWebKeySet {
  const parsed = keySet.safeParse(document)
  if (!parsed.success) throw new Error('the key set of the identity provider is not a JSON Web Key Set')
  const keys = parsed.data.keys.slice(0, MAX_KEYS).flatMap((key): JWK[] => {
    const usable = publicKey.safeParse(key)
    return usable.success ? [usable.data as JWK] : [] // the schema checks the members that the type names
  })
  if (keys.length === 0) throw new Error('the key set of the identity provider has no usable key')
  return { keys }
}
