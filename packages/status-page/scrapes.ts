import { type Bucket, histogramQuantile } from './histogram-quantile'
import { type Scrape, type Series, total, withLabels } from './read-metrics'

interface Moment {
  readonly atMs: number
  readonly scrape: Scrape
}

/** The scrapes of the last half minute and the changes between them. */
export class Scrapes {
  readonly #moments: Moment[] = []

  /** @param keepMs the longest time over which changes are computed */
  constructor(private readonly keepMs: number) {}

  add(atMs: number, scrape: Scrape): void {
    this.#moments.push({ atMs, scrape })
    while (this.#moments.length > 2 && (this.#moments[0]?.atMs ?? atMs) < atMs - this.keepMs) this.#moments.shift()
  }

  /** Call after a pause: values from before it must not be compared with later ones. */
  clear(): void {
    this.#moments.length = 0
  }

  get latest(): Scrape | undefined {
    return this.#moments.at(-1)?.scrape
  }

  /**
   * How much a value that all processes share has grown per second. Undefined with a single scrape, and when the value
   * has fallen because it was reset.
   */
  growthPerSecond(name: string, labels: Series['labels'], withinMs: number): number | undefined {
    const now = this.#moments.at(-1)
    const then = now && this.#moments.find(({ atMs }) => atMs >= now.atMs - withinMs)
    if (!now || !then || then === now) return undefined
    const [before, after] = [total(then.scrape, name, labels), total(now.scrape, name, labels)]
    if (before === undefined || after === undefined || after < before) return undefined
    return ((after - before) * 1_000) / (now.atMs - then.atMs)
  }

  /** The growth of a counter of the process that responded last, since its first scrape. Counters start at 0. */
  increase(name: string, labels: Series['labels']): number {
    const now = this.latest
    return now ? (total(now, name, labels) ?? 0) - (total(this.#earliestOf(now), name, labels) ?? 0) : 0
  }

  /** The time that `increase` and `quantileMs` cover; 0 with a single scrape of the process. */
  get seconds(): number {
    const now = this.#moments.at(-1)
    if (!now) return 0
    return (now.atMs - (this.#momentsOf(now.scrape)[0]?.atMs ?? now.atMs)) / 1_000
  }

  /** In milliseconds, of a histogram of seconds. Undefined without observations. */
  quantileMs(histogram: string, labels: Series['labels'], share: number): number | undefined {
    const now = this.latest
    if (!now) return undefined
    const earlier = bucketsOf(this.#earliestOf(now), histogram, labels)
    const buckets = [...bucketsOf(now, histogram, labels)].map(
      ([upTo, count]): Bucket => ({ upTo, count: count - (earlier.get(upTo) ?? 0) }),
    )
    const seconds = histogramQuantile(buckets, share)
    return seconds === undefined ? undefined : seconds * 1_000
  }

  #earliestOf(scrape: Scrape): Scrape {
    return this.#momentsOf(scrape)[0]?.scrape ?? scrape
  }

  /** Several processes may respond in turn, each with its own counters. */
  #momentsOf(scrape: Scrape): Moment[] {
    const start = total(scrape, 'process_start_time_seconds')
    return this.#moments.filter((moment) => total(moment.scrape, 'process_start_time_seconds') === start)
  }
}

/** Cumulative counts by upper bound, summed over the series. */
function bucketsOf(scrape: Scrape, histogram: string, labels: Series['labels']): Map<number, number> {
  const counts = new Map<number, number>()
  for (const series of withLabels(scrape, `${histogram}_bucket`, labels)) {
    const upTo = series.labels.le === '+Inf' ? Number.POSITIVE_INFINITY : Number(series.labels.le)
    counts.set(upTo, (counts.get(upTo) ?? 0) + series.value)
  }
  return counts
}
