import { Agent, request } from 'undici'
import { reasonOf } from './failure-reason'
import { ShopError } from './shop-error'

/** More than any list or document of a shop. */
const MAX_BODY_BYTES = 64 * 1024 * 1024

export type Method = 'GET' | 'POST' | 'DELETE'

export interface ShopResponse {
  readonly method: Method
  readonly path: string
  readonly status: number
  readonly location: string | undefined
  readonly text: string
}

/**
 * Sends requests to a shop, except those of the measurement. It connects directly, whatever the environment says about
 * proxies, and follows no redirect.
 *
 * A server may close a connection that it has kept open, without a response to the request that is on its way. A GET or
 * DELETE is then sent once more over a new connection. A POST always uses a new connection, because nobody knows
 * whether the server has processed a request that got no response.
 */
export class HttpClient {
  readonly #kept = new Agent()
  readonly #fresh = new Agent({ pipelining: 0 })

  /** @param authorization the header Authorization of each request */
  constructor(
    readonly baseUrl: string,
    private readonly authorization: () => string | undefined = () => undefined,
  ) {}

  /** @throws {ShopError} without a response in time */
  async send(method: Method, path: string, withinMs: number, json?: unknown): Promise<ShopResponse> {
    const deadline = AbortSignal.timeout(withinMs)
    const exchange = (dispatcher: Agent) => this.#exchange(dispatcher, { method, path, json, deadline })
    try {
      if (method === 'POST') return await exchange(this.#fresh)
      return await exchange(this.#kept).catch((error: unknown) => {
        if (deadline.aborted || !isClosedEarly(error)) throw error
        return exchange(this.#fresh)
      })
    } catch (error) {
      const reason = deadline.aborted ? `no response within ${withinMs / 1_000} s` : reasonOf(error)
      throw new ShopError('unreachable', `${this.baseUrl} does not respond: ${reason}`, { cause: error })
    }
  }

  async #exchange(
    dispatcher: Agent,
    given: { readonly method: Method; readonly path: string; readonly json: unknown; readonly deadline: AbortSignal },
  ): Promise<ShopResponse> {
    const { method, path, json, deadline } = given
    const authorization = this.authorization()
    const { statusCode, headers, body } = await request(`${this.baseUrl}${path}`, {
      dispatcher,
      method,
      signal: deadline,
      headers: {
        ...(authorization !== undefined && { authorization }),
        ...(json !== undefined && { 'content-type': 'application/json' }),
      },
      ...(json !== undefined && { body: JSON.stringify(json) }),
    })
    const { location } = headers
    const text = await readText(body)
    return { method, path, status: statusCode, location: Array.isArray(location) ? location[0] : location, text }
  }

  async close(): Promise<void> {
    await Promise.all([this.#kept.destroy(), this.#fresh.destroy()])
  }
}

async function readText(body: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of body) {
    bytes += part.length
    if (bytes > MAX_BODY_BYTES) throw new Error(`the response is longer than ${MAX_BODY_BYTES} bytes`)
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

/** The codes of a connection that the other side has closed. */
const CLOSED = ['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE', 'ECONNABORTED']

function isClosedEarly(error: unknown): boolean {
  return error instanceof Error && 'code' in error && CLOSED.includes(String(error.code))
}
