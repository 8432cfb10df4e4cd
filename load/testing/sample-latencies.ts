import { nearestRank } from '../measure/quantile'
import type { Channel, Latencies, Latency } from '../results'
import { gaussian } from './sample-random'

/** The behaviour of a channel in the samples: medians in milliseconds, and the sigma of a lognormal tail. */
export const CHARACTER: Readonly<Record<Channel, { response: number; commit: number; tail: number; drainS: number }>> =
  {
    sync: { response: 8.2, commit: 7.9, tail: 0.55, drainS: 1 },
    kafka: { response: 3.1, commit: 41, tail: 0.42, drainS: 2 },
    rabbitmq: { response: 2.4, commit: 19, tail: 0.6, drainS: 2 },
  }

export function sampleLatencies(channel: Channel, count: number, sway: number, random: () => number): Latencies {
  const { response, commit, tail } = CHARACTER[channel]
  const values = (median: number) =>
    Array.from(
      { length: count },
      () => median * sway * Math.exp(tail * gaussian(random)) + (random() < 0.003 ? random() * 60 : 0),
    )
  const responses = values(response)
  return {
    response: latencyOf(responses),
    service: latencyOf(responses.map((ms) => ms * (0.82 + random() * 0.1))),
    commit: latencyOf(values(commit)),
  }
}

function latencyOf(samples: readonly number[]): Latency {
  const sorted = [...samples].sort((a, b) => a - b)
  const at = (share: number) => nearestRank(sorted, share) ?? 0
  const shares = Array.from({ length: 60 }, (_, index) => 1 - 10 ** (-index / 14)).filter(
    (share) => (1 - share) * sorted.length >= 1,
  )
  return {
    count: sorted.length,
    meanMs: sorted.reduce((sum, ms) => sum + ms, 0) / Math.max(1, sorted.length),
    p50Ms: at(0.5),
    p75Ms: at(0.75),
    p90Ms: at(0.9),
    p95Ms: at(0.95),
    p99Ms: at(0.99),
    ...(sorted.length >= 10_000 && { p999Ms: at(0.999) }),
    ...(sorted.length >= 100_000 && { p9999Ms: at(0.9999) }),
    maxMs: sorted.at(-1) ?? 0,
    curve: shares.map((share) => [share, at(Math.max(share, 1 / sorted.length))] as const),
    histogram: 'SElTVEZBQUFBQ1I0bkpOcG1Tek13TURBd2NBQUFBPT0=',
  }
}
