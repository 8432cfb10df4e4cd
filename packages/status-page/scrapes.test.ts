import { describe, expect, it } from 'vitest'
import { quantile } from './quantile'
import { readMetrics } from './read-metrics'
import { Scrapes } from './scrapes'

const scrapeOf = (process: number, orders: number, buckets: [number, number, number] = [0, 0, 0]) =>
  readMetrics(`process_start_time_seconds ${process}
orders{channel="sync",status="confirmed"} ${orders}
orders{channel="sync",status="rejected"} 1
seconds_bucket{le="0.1"} ${buckets[0]}
seconds_bucket{le="1"} ${buckets[1]}
seconds_bucket{le="+Inf"} ${buckets[2]}
seconds_count ${buckets[2]}`)

function recorded(...moments: [atMs: number, scrape: ReturnType<typeof scrapeOf>][]): Scrapes {
  const scrapes = new Scrapes(30_000)
  for (const [atMs, scrape] of moments) scrapes.add(atMs, scrape)
  return scrapes
}

describe('scrapes', () => {
  it('tell the growth a second, over as far back as asked', () => {
    const scrapes = recorded([0, scrapeOf(1, 0)], [2_000, scrapeOf(1, 100)], [4_000, scrapeOf(1, 120)])

    expect(scrapes.growthPerSecond('orders', { channel: 'sync' }, 2_000)).toBe(10)
    expect(scrapes.growthPerSecond('orders', { channel: 'sync' }, 10_000)).toBe(30)
  })

  it('tell no growth of what has fallen, is absent, or was seen once', () => {
    const scrapes = recorded([0, scrapeOf(1, 100)], [2_000, scrapeOf(1, 0)])

    expect(scrapes.growthPerSecond('orders', {}, 10_000)).toBeUndefined()
    expect(scrapes.growthPerSecond('missing', {}, 10_000)).toBeUndefined()
    expect(recorded([0, scrapeOf(1, 100)]).growthPerSecond('orders', {}, 10_000)).toBeUndefined()
  })

  it('compare the counters of a process with its own', () => {
    const scrapes = recorded(
      [0, scrapeOf(2, 0, [500, 500, 500])],
      [2_000, scrapeOf(1, 0, [10, 10, 10])],
      [4_000, scrapeOf(2, 0, [600, 600, 600])],
      [6_000, scrapeOf(1, 0, [10, 12, 12])],
    )

    expect(scrapes.increase('seconds_count', {})).toBe(2)
    expect(scrapes.seconds).toBe(4)
    expect(scrapes.quantile('seconds', {}, 0.5)).toBeCloseTo(0.55)
  })

  it('forget what is too old', () => {
    const scrapes = recorded([0, scrapeOf(1, 0, [1, 1, 1])], [40_000, scrapeOf(1, 0, [5, 5, 5])])
    scrapes.add(42_000, scrapeOf(1, 0, [6, 6, 6]))

    expect(scrapes.increase('seconds_count', {})).toBe(1)
  })
})

describe('a quantile', () => {
  const buckets = [
    { upTo: 1, count: 50 },
    { upTo: 2, count: 100 },
    { upTo: Number.POSITIVE_INFINITY, count: 100 },
  ]

  it.each([
    [0.25, 0.5],
    [0.5, 1],
    [0.75, 1.5],
    [1, 2],
  ])('%d is %d', (share, value) => {
    expect(quantile(buckets, share)).toBe(value)
  })

  it('beyond the last bound is that bound', () => {
    expect(
      quantile(
        [
          { upTo: 1, count: 1 },
          { upTo: Number.POSITIVE_INFINITY, count: 9 },
        ],
        0.9,
      ),
    ).toBe(1)
  })

  it('of nothing is none', () => {
    expect(quantile([], 0.5)).toBeUndefined()
    expect(quantile([{ upTo: 1, count: 0 }], 0.5)).toBeUndefined()
  })
})
