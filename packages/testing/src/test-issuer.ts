import { createServer, type Server } from 'node:http'
import { exportJWK, generateKeyPair, type JWTHeaderParameters, type JWTPayload, SignJWT } from 'jose'

type KeyPair = Awaited<ReturnType<typeof generateKeyPair>>

interface IssuerKey {
  readonly kid: string
  readonly alg: string
  readonly pair: KeyPair
}

export interface TokenOptions {
  /** Undefined removes a default claim. */
  readonly claims?: Readonly<Record<string, unknown>>
  readonly header?: Readonly<Record<string, unknown>>
}

const LIFETIME_SECONDS = 600

/** An OpenID provider on this machine: it publishes its keys and signs whatever a test asks for. */
export class TestIssuer {
  /** The newest one last. */
  readonly #keys: IssuerKey[] = []
  #server: Server | undefined
  #port = 0
  #keysMade = 0
  /** How often the key set was read. */
  keySetReads = 0

  static async start(alg?: string): Promise<TestIssuer> {
    const issuer = new TestIssuer()
    await issuer.addKey(alg)
    await issuer.open()
    return issuer
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  /** Adds a key, with which tokens are signed from now on. The older ones stay in the key set. */
  async addKey(alg = 'ES256'): Promise<string> {
    this.#keysMade += 1
    const kid = `key-${this.#keysMade}`
    this.#keys.push({ kid, alg, pair: await generateKeyPair(alg, { extractable: true }) })
    return kid
  }

  /** Removes all keys but the newest one from the key set. */
  removeOldKeys(): void {
    this.#keys.splice(0, this.#keys.length - 1)
  }

  get newestKey(): IssuerKey {
    const key = this.#keys.at(-1)
    if (key === undefined) throw new Error('the issuer has no key')
    return key
  }

  async publicKeys() {
    return Promise.all(
      this.#keys.map(async ({ kid, alg, pair }) => ({ ...(await exportJWK(pair.publicKey)), kid, alg, use: 'sig' })),
    )
  }

  /** Returns an access token for the audience `shop`, signed with the newest key. */
  async token({ claims = {}, header = {} }: TokenOptions = {}): Promise<string> {
    const now = Math.floor(Date.now() / 1_000)
    const { kid, alg, pair } = this.newestKey
    const payload = { iss: this.url, aud: 'shop', sub: 'ann', iat: now, exp: now + LIFETIME_SECONDS, ...claims }
    return new SignJWT(withoutUndefined(payload) as JWTPayload)
      .setProtectedHeader(withoutUndefined({ alg, kid, typ: 'at+jwt', ...header }) as unknown as JWTHeaderParameters)
      .sign(pair.privateKey)
  }

  /** Listens again on the same port after `close`. */
  async open(): Promise<void> {
    const server = createServer((request, response) => {
      this.#respond(request.url).then((body) => {
        response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' })
        response.end(JSON.stringify(body))
      })
    })
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(this.#port, '127.0.0.1', resolve)
    })
    const address = server.address()
    this.#port = typeof address === 'object' && address !== null ? address.port : this.#port
    this.#server = server
  }

  async close(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    if (server === undefined) return
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }

  async #respond(path: string | undefined): Promise<unknown> {
    if (path === '/.well-known/openid-configuration') return { issuer: this.url, jwks_uri: `${this.url}/keys` }
    if (path !== '/keys') return undefined
    this.keySetReads += 1
    return { keys: await this.publicKeys() }
  }
}

function withoutUndefined(members: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
}
