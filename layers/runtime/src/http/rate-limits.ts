import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { networkOf, RateLimiter } from './rate-limiter'

export interface RateLimitSettings {
  /** Requests per second; 0 for no limit. */
  readonly RATE_LIMIT_PER_ADDRESS: number
  readonly RATE_LIMIT_PER_CALLER: number
  readonly RATE_LIMIT_BURST_SECONDS: number
}

type Headers = Readonly<Record<string, string>>

/** Load balancers and operators probe these, and must not be refused. */
export const PROBES = ['/health', '/ready']

/** Limits the requests of an address, and those of a caller with a token. Counted in this process. */
export class RateLimits {
  readonly #addresses: RateLimiter | undefined
  readonly #callers: RateLimiter | undefined

  constructor(settings: RateLimitSettings) {
    const { RATE_LIMIT_PER_ADDRESS, RATE_LIMIT_PER_CALLER, RATE_LIMIT_BURST_SECONDS } = settings
    const limiter = (name: 'address' | 'caller', perSecond: number) =>
      perSecond > 0 ? new RateLimiter({ name, perSecond, burst: perSecond * RATE_LIMIT_BURST_SECONDS }) : undefined
    this.#addresses = limiter('address', RATE_LIMIT_PER_ADDRESS)
    this.#callers = limiter('caller', RATE_LIMIT_PER_CALLER)
  }

  /** Counts a request before anything else is done for it. @throws {TooManyRequestsError} */
  countAddress({ rawPath, requestContext }: APIGatewayProxyEventV2): Headers | undefined {
    if (PROBES.includes(rawPath)) return undefined
    return this.#addresses?.take(networkOf(requestContext.http.sourceIp)).headers
  }

  /** Counts a request whose token is verified. Its limit is the narrower one, so responses show it. @throws {TooManyRequestsError} */
  countCaller(userId: string | undefined): Headers | undefined {
    return userId === undefined ? undefined : this.#callers?.take(userId).headers
  }
}

export const NO_RATE_LIMITS = new RateLimits({
  RATE_LIMIT_PER_ADDRESS: 0,
  RATE_LIMIT_PER_CALLER: 0,
  RATE_LIMIT_BURST_SECONDS: 1,
})
