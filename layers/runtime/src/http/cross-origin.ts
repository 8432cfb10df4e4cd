import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { CrossOriginError } from './http-errors'

const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS', 'TRACE']
/** A browser sends these for a request of the same origin, and for one of its user, such as a bookmark. */
const OWN_SITES = ['same-origin', 'none']

const REQUEST_HEADERS =
  'authorization, content-type, if-match, if-none-match, idempotency-key, traceparent, tracestate, x-request-id'
const RESPONSE_HEADERS =
  'allow, etag, location, ratelimit, ratelimit-policy, retry-after, www-authenticate, x-request-id'
const PREFLIGHT_MAX_AGE_SECONDS = '600'

type Headers = Readonly<Record<string, string>>

/** Which pages of other origins may use the API in a browser. Credentials are never allowed. */
export class CrossOriginPolicy {
  readonly #origins: ReadonlySet<string>
  readonly #allowsAll: boolean

  /** @param origins such as `https://shop.example`; `*` allows all origins */
  constructor(origins: readonly string[]) {
    this.#origins = new Set(origins)
    this.#allowsAll = origins.includes('*')
  }

  /** Whether any other origin may use the API. */
  get isOpen(): boolean {
    return this.#origins.size > 0
  }

  /**
   * Refuses a request with an effect that a page of another origin sends. Browsers send such requests without a
   * preflight, for example for a form.
   * @throws {CrossOriginError}
   */
  check({ headers, requestContext }: APIGatewayProxyEventV2): void {
    const { origin, 'sec-fetch-site': site } = headers
    if ((origin === undefined && site === undefined) || SAFE_METHODS.includes(requestContext.http.method)) return
    const isOwn = origin === undefined ? OWN_SITES.includes(site ?? '') : isOriginOf(headers.host ?? '', origin)
    if (!isOwn && !this.#allows(origin)) throw new CrossOriginError()
  }

  /** The headers that a response needs so that a page of an allowed origin can read it. */
  responseHeaders({ headers }: APIGatewayProxyEventV2): Headers | undefined {
    if (!this.isOpen) return undefined
    if (!this.#allows(headers.origin)) return this.#varying
    return {
      ...this.#varying,
      'access-control-allow-origin': this.#allowsAll ? '*' : (headers.origin ?? ''),
      'access-control-expose-headers': RESPONSE_HEADERS,
    }
  }

  /** The additional headers of the response to a preflight; undefined for any other request. */
  preflightHeaders(
    { headers, requestContext }: APIGatewayProxyEventV2,
    methods: readonly string[],
  ): Headers | undefined {
    const isPreflight =
      requestContext.http.method === 'OPTIONS' && headers['access-control-request-method'] !== undefined
    if (!isPreflight || !this.#allows(headers.origin)) return undefined
    return {
      'access-control-allow-methods': methods.join(', '),
      'access-control-allow-headers': REQUEST_HEADERS,
      'access-control-max-age': PREFLIGHT_MAX_AGE_SECONDS,
    }
  }

  #allows(origin: string | undefined): boolean {
    return origin !== undefined && (this.#allowsAll || this.#origins.has(origin))
  }

  /** Without it, a cache could give the response for one origin to another. */
  get #varying(): Headers {
    return this.#allowsAll ? {} : { vary: 'Origin' }
  }
}

export const NO_OTHER_ORIGIN = new CrossOriginPolicy([])

/** The scheme is not compared, because a load balancer may terminate TLS. */
function isOriginOf(host: string, origin: string): boolean {
  return host !== '' && /^https?:\/\//.test(origin) && origin.slice(origin.indexOf('//') + 2) === host.toLowerCase()
}
