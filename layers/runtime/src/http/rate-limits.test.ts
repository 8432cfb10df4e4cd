import { httpEvent } from '@ecommerce/testing'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { TooManyRequestsError } from './http-errors'
import { networkOf } from './rate-limiter'
import { NO_RATE_LIMITS, RateLimits } from './rate-limits'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

const LIMITS = { RATE_LIMIT_PER_ADDRESS: 2, RATE_LIMIT_PER_CALLER: 1, RATE_LIMIT_BURST_SECONDS: 2 }

function eventFrom(sourceIp: string, path = '/products') {
  const event = httpEvent({ path })
  event.requestContext.http.sourceIp = sourceIp
  return event
}

function refusalOf(work: () => unknown): TooManyRequestsError {
  try {
    work()
  } catch (error) {
    if (error instanceof TooManyRequestsError) return error
    throw error
  }
  return expect.fail('it was allowed')
}

describe('the limit of an address', () => {
  it('allows a burst, and then as many requests as the rate', () => {
    const limits = new RateLimits(LIMITS)
    const count = () => limits.countAddress(eventFrom('192.0.2.1'))

    for (const remaining of [3, 2, 1, 0]) {
      expect(count()).toEqual({ 'ratelimit-policy': '"address";q=4;w=2', ratelimit: `"address";r=${remaining}` })
    }
    expect(refusalOf(count)).toMatchObject({
      retryAfterSeconds: 1,
      headers: { 'ratelimit-policy': '"address";q=4;w=2', ratelimit: '"address";r=0;t=1' },
    })
    vi.advanceTimersByTime(500)
    expect(count()).toMatchObject({ ratelimit: '"address";r=0' })
    refusalOf(count)
    vi.advanceTimersByTime(60_000)
    expect(count()).toMatchObject({ ratelimit: '"address";r=3' })
  })

  it('is its own for each address', () => {
    const limits = new RateLimits(LIMITS)
    for (let index = 0; index < 4; index++) limits.countAddress(eventFrom('192.0.2.1'))

    refusalOf(() => limits.countAddress(eventFrom('192.0.2.1')))
    expect(limits.countAddress(eventFrom('192.0.2.2'))).toMatchObject({ ratelimit: '"address";r=3' })
  })

  it.each(['/health', '/ready'])('does not concern the probe %s', (path) => {
    const limits = new RateLimits(LIMITS)

    for (let index = 0; index < 10; index++) expect(limits.countAddress(eventFrom('192.0.2.1', path))).toBeUndefined()
  })
})

describe('the limit of a caller', () => {
  it('is the same from every address', () => {
    const limits = new RateLimits(LIMITS)

    limits.countCaller('ada')
    limits.countCaller('ada')

    expect(refusalOf(() => limits.countCaller('ada')).message).toContain('caller')
    expect(limits.countCaller('eve')).toMatchObject({ 'ratelimit-policy': '"caller";q=2;w=2' })
  })

  it('does not concern requests without a token', () => {
    const limits = new RateLimits(LIMITS)

    for (let index = 0; index < 10; index++) expect(limits.countCaller(undefined)).toBeUndefined()
  })
})

it('a shop without limits counts nothing', () => {
  for (let index = 0; index < 100; index++) {
    expect(NO_RATE_LIMITS.countAddress(eventFrom('192.0.2.1'))).toBeUndefined()
    expect(NO_RATE_LIMITS.countCaller('ada')).toBeUndefined()
  }
})

it.each([
  ['192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::1', '2001:db8:1:2::/64'],
  ['2001:0DB8:1:2:ffff::', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['', ''],
])('the network of %s is %s', (address, network) => {
  expect(networkOf(address)).toBe(network)
})
