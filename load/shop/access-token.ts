import { request } from 'undici'
import { z } from 'zod'
import { ShopError } from './shop-error'

/** How requests get their access token: one that is given, or one that the load tool requests and renews. */
export type Credentials =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'client'; readonly issuer: string; readonly id: string; readonly secret: string }

const TIMEOUT_MS = 10_000
const LONGEST_TIMER_MS = 2 ** 31 - 1
/** A token is renewed when this share of its lifetime is over. */
const RENEW_AFTER = 0.75
const RETRY_AFTER_MS = 1_000

const metadata = z.object({ token_endpoint: z.url({ protocol: /^https?$/ }) })
const tokenResponse = z.object({
  access_token: z.string().regex(/^[\w.~+/=-]+$/),
  token_type: z.string().regex(/^bearer$/i),
  expires_in: z.number().positive().default(300),
})

/** The value of the header Authorization. It is never printed, and never written to the results. */
export class AccessToken {
  #authorization: string | undefined
  #timer: NodeJS.Timeout | undefined
  readonly #listeners = new Set<(authorization: string) => void>()

  /** @throws {ShopError} when the issuer returns no token */
  static async open(credentials: Credentials | undefined): Promise<AccessToken> {
    const token = new AccessToken()
    if (credentials?.kind === 'token') token.#set(credentials.token)
    if (credentials?.kind === 'client') await token.#request(credentials)
    return token
  }

  private constructor() {}

  /** Undefined for a shop that is open. */
  get authorization(): string | undefined {
    return this.#authorization
  }

  /** Calls the listener with each renewed value. @returns a function that ends this */
  onRenewed(listener: (authorization: string) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  close(): void {
    clearTimeout(this.#timer)
  }

  async #request(credentials: Credentials & { kind: 'client' }): Promise<void> {
    const { access_token: token, expires_in: seconds } = await requestToken(credentials)
    this.#set(token)
    this.#renewIn(Math.min(seconds * 1_000 * RENEW_AFTER, LONGEST_TIMER_MS), credentials)
  }

  /** The present token stays in use until the issuer returns another one. */
  #renewIn(delayMs: number, credentials: Credentials & { kind: 'client' }): void {
    const renew = () => this.#request(credentials).catch(() => this.#renewIn(RETRY_AFTER_MS, credentials))
    this.#timer = setTimeout(() => void renew(), delayMs).unref()
  }

  #set(token: string): void {
    this.#authorization = `Bearer ${token}`
    for (const listener of this.#listeners) listener(this.#authorization)
  }
}

/** The client credentials grant (RFC 6749, section 4.4), with the endpoint that the issuer publishes. */
async function requestToken({ issuer, id, secret }: Credentials & { kind: 'client' }) {
  const { token_endpoint } = await json(`${issuer}/.well-known/openid-configuration`, {}, metadata)
  const credentials = [id, secret].map(formEncoded).join(':')
  const options = {
    method: 'POST' as const,
    headers: {
      authorization: `Basic ${Buffer.from(credentials).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: 'grant_type=client_credentials',
  }
  return json(token_endpoint, options, tokenResponse)
}

/** The error contains neither the request nor the response: both may contain secrets. */
async function json<Body>(url: string, options: object, schema: z.ZodType<Body>): Promise<Body> {
  let status: number
  let text: string
  try {
    const response = await request(url, { ...options, signal: AbortSignal.timeout(TIMEOUT_MS) })
    status = response.statusCode
    text = await response.body.text()
  } catch (cause) {
    throw new ShopError('unreachable', `the issuer ${new URL(url).origin} does not respond`, { cause })
  }
  const parsed = status === 200 ? schema.safeParse(parse(text)) : undefined
  if (parsed?.success) return parsed.data
  throw new ShopError('unexpected-response', `the issuer returned ${status} and no token (${url.replace(/\?.*$/, '')})`)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function formEncoded(text: string): string {
  return new URLSearchParams({ text }).toString().slice('text='.length)
}
