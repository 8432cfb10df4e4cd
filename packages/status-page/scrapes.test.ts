import { describe, expect, it } from 'vitest'
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
  it('compute the growth per second over the given time', () => {
    const scrapes = recorded([0, scrapeOf(1, 0)], [2_000, scrapeOf(1, 100)], [4_000, scrapeOf(1, 120)])

    expect(scrapes.growthPerSecond('orders', { channel: 'sync' }, 2_000)).toBe(10)
    expect(scrapes.growthPerSecond('orders', { channel: 'sync' }, 10_000)).toBe(30)
  })

  it('know no growth of a value that has fallen, is absent, or was scraped once', () => {
    const scrapes = recorded([0, scrapeOf(1, 100)], [2_000, scrapeOf(1, 0)])

    expect(scrapes.growthPerSecond('orders', {}, 10_000)).toBeUndefined()
    expect(scrapes.growthPerSecond('missing', {}, 10_000)).toBeUndefined()
    expect(recorded([0, scrapeOf(1, 100)]).growthPerSecond('orders', {}, 10_000)).toBeUndefined()
  })

  it('compare the counters of a process only with earlier ones of the same process', () => {
    const scrapes = recorded(
      [0, scrapeOf(2, 0, [500, 500, 500])],
      [2_000, scrapeOf(1, 0, [10, 10, 10])],
      [4_000, scrapeOf(2, 0, [600, 600, 600])],
      [6_000, scrapeOf(1, 0, [10, 12, 12])],
    )

    expect(scrapes.increase('seconds_count', {})).toBe(2)
    expect(scrapes.seconds).toBe(4)
    expect(scrapes.quantileMs('seconds', {}, 0.5)).toBeCloseTo(550)
  })

  it('forget scrapes that are too old', () => {
    const scrapes = recorded([0, scrapeOf(1, 0, [1, 1, 1])], [40_000, scrapeOf(1, 0, [5, 5, 5])])
    scrapes.add(42_000, scrapeOf(1, 0, [6, 6, 6]))

    expect(scrapes.increase('seconds_count', {})).toBe(1)
  })
})
