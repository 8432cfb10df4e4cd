import { TokenBucket } from 'limiter'
import { LRUCache } from 'lru-cache'
import { TooManyRequestsError } from './http-errors'

export interface RateLimit {
  /** What is counted, as the header `RateLimit-Policy` names it. */
  readonly name: 'address' | 'caller'
  readonly perSecond: number
  /** How many requests may come at one moment after a pause. */
  readonly burst: number
}

export interface Allowance {
  /** `RateLimit-Policy` and `RateLimit` of draft-ietf-httpapi-ratelimit-headers. */
  readonly headers: Readonly<Record<string, string>>
}

/** A token bucket for each key. The buckets of the keys that were used least recently are dropped, and full again. */
export class RateLimiter {
  readonly #limit: RateLimit
  readonly #policy: string
  readonly #buckets: LRUCache<string, TokenBucket>

  /** @param maxKeys bounds the memory */
  constructor(limit: RateLimit, maxKeys = 10_000) {
    this.#limit = limit
    this.#policy = `"${limit.name}";q=${limit.burst};w=${Math.ceil(limit.burst / limit.perSecond)}`
    this.#buckets = new LRUCache({ max: maxKeys })
  }

  /** Counts a request. @throws {TooManyRequestsError} */
  take(key: string): Allowance {
    const bucket = this.#buckets.get(key) ?? this.#add(key)
    const isAllowed = bucket.tryRemoveTokens(1)
    const waitSeconds = isAllowed ? 0 : Math.max(1, Math.ceil(bucket.getWaitTime(1) / 1_000))
    const headers = this.#headers(Math.floor(bucket.content), waitSeconds)
    if (!isAllowed) throw new TooManyRequestsError(this.#limit.name, waitSeconds, headers)
    return { headers }
  }

  /** @param waitSeconds until the next request is allowed */
  #headers(remaining: number, waitSeconds: number): Readonly<Record<string, string>> {
    const time = waitSeconds > 0 ? `;t=${waitSeconds}` : ''
    return { 'ratelimit-policy': this.#policy, ratelimit: `"${this.#limit.name}";r=${remaining}${time}` }
  }

  #add(key: string): TokenBucket {
    const { perSecond, burst } = this.#limit
    const bucket = new TokenBucket({ bucketSize: burst, tokensPerInterval: perSecond, interval: 'second' })
    bucket.content = burst
    this.#buckets.set(key, bucket)
    return bucket
  }
}

/** One client usually has a whole IPv6 network of 64 bits, so its addresses share a limit. */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address
  const [head = '', tail = ''] = address.toLowerCase().split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === '' ? [] : tail.split(':')
  const zeros = address.includes('::')
    ? Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0')
    : []
  const groups = [...before, ...zeros, ...after].slice(0, 4)
  return `${groups.map((group) => group.replace(/^0+(?=.)/, '')).join(':')}::/64`
}
