import { type Bucket, quantile } from './quantile'
import { type Scrape, type Series, total, withLabels } from './read-metrics'

interface Moment {
  readonly atMs: number
  readonly scrape: Scrape
}

/** The scrapes of the last half minute, and what changed between them. */
export class Scrapes {
  readonly #moments: Moment[] = []

  /** @param keepMs how far back a difference may reach */
  constructor(private readonly keepMs: number) {}

  add(atMs: number, scrape: Scrape): void {
    this.#moments.push({ atMs, scrape })
    while (this.#moments.length > 2 && (this.#moments[0]?.atMs ?? atMs) < atMs - this.keepMs) this.#moments.shift()
  }

  /** After a silence nothing is compared with what was before it. */
  clear(): void {
    this.#moments.length = 0
  }

  get latest(): Scrape | undefined {
    return this.#moments.at(-1)?.scrape
  }

  /**
   * By how much a number that everybody shares has grown a second; undefined while that is not known, and when it has
   * fallen, as it does when it is reset.
   */
  growthPerSecond(name: string, labels: Series['labels'], withinMs: number): number | undefined {
    const now = this.#moments.at(-1)
    const then = now && this.#moments.find(({ atMs }) => atMs >= now.atMs - withinMs)
    if (!now || !then || then === now) return undefined
    const [before, after] = [total(then.scrape, name, labels), total(now.scrape, name, labels)]
    if (before === undefined || after === undefined || after < before) return undefined
    return ((after - before) * 1_000) / (now.atMs - then.atMs)
  }

  /** The growth of a counter of the process that answered last, since it was first heard of; counters start at 0. */
  increase(name: string, labels: Series['labels']): number {
    const now = this.latest
    return now ? (total(now, name, labels) ?? 0) - (total(this.#earliestOf(now), name, labels) ?? 0) : 0
  }

  /** Over how many seconds `increase` and `quantile` look; 0 with a single scrape of that process. */
  get seconds(): number {
    const now = this.#moments.at(-1)
    if (!now) return 0
    return (now.atMs - (this.#momentsOf(now.scrape)[0]?.atMs ?? now.atMs)) / 1_000
  }

  /** In the unit of the histogram; undefined when nothing was observed. */
  quantile(histogram: string, labels: Series['labels'], share: number): number | undefined {
    const now = this.latest
    if (!now) return undefined
    const earlier = bucketsOf(this.#earliestOf(now), histogram, labels)
    const buckets = [...bucketsOf(now, histogram, labels)].map(
      ([upTo, count]): Bucket => ({ upTo, count: count - (earlier.get(upTo) ?? 0) }),
    )
    return quantile(buckets, share)
  }

  #earliestOf(scrape: Scrape): Scrape {
    return this.#momentsOf(scrape)[0]?.scrape ?? scrape
  }

  /** Several processes may answer in turn, each with counters of its own. */
  #momentsOf(scrape: Scrape): Moment[] {
    const start = total(scrape, 'process_start_time_seconds')
    return this.#moments.filter((moment) => total(moment.scrape, 'process_start_time_seconds') === start)
  }
}

/** Cumulative counts by upper bound, added up over the series. */
function bucketsOf(scrape: Scrape, histogram: string, labels: Series['labels']): Map<number, number> {
  const counts = new Map<number, number>()
  for (const series of withLabels(scrape, `${histogram}_bucket`, labels)) {
    const upTo = series.labels.le === '+Inf' ? Number.POSITIVE_INFINITY : Number(series.labels.le)
    counts.set(upTo, (counts.get(upTo) ?? 0) + series.value)
  }
  return counts
}
