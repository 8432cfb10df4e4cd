import { formatMs, formatRate } from '@ecommerce/look/format'
import type { ChannelResult, Latency } from '../results'

/** Explanations of figures that look like errors and are none: a few lines for each kind that the results have. */
export function surprisesIn(channels: readonly ChannelResult[]): (readonly string[])[] {
  return [
    ...(channels.some(hasCommitBelowResponse) ? [COMMIT_BELOW_RESPONSE] : []),
    ...(channels.some(hasMoreThanOffered) ? [MORE_THAN_OFFERED] : []),
  ]
}

const COMMIT_BELOW_RESPONSE = [
  '* This commit latency is lower than the response latency of the same channel. Both count from the time a request was due.',
  'The shop records the time of a commit when it writes the rows, in whole milliseconds. The flush and the HTTP response follow.',
  'An order through a broker can also be committed while its response is still on the way to the client.',
] as const

const MORE_THAN_OFFERED = [
  'More orders were accepted or committed per second than offered: some of them were sent in the warm-up,',
  'and their responses or commits arrived after it.',
] as const

/** The percentiles of the summary. */
export const SUMMARY_PERCENTILES = ['p50Ms', 'p95Ms', 'p99Ms', 'p999Ms'] as const
export type SummaryPercentile = (typeof SUMMARY_PERCENTILES)[number]

/** Undefined without enough samples. */
export function percentileOf(latency: Latency, percentile: SummaryPercentile): number | undefined {
  return latency.count > 0 ? latency[percentile] : undefined
}

export function isBelowResponse(
  { latencies }: Pick<ChannelResult, 'latencies'>,
  percentile: SummaryPercentile,
): boolean {
  const [response, commit] = [percentileOf(latencies.response, percentile), percentileOf(latencies.commit, percentile)]
  return response !== undefined && commit !== undefined && commit < response && formatMs(commit) !== formatMs(response)
}

function hasCommitBelowResponse(channel: ChannelResult): boolean {
  return SUMMARY_PERCENTILES.some((percentile) => isBelowResponse(channel, percentile))
}

function hasMoreThanOffered({ rates }: ChannelResult): boolean {
  const { offeredPerSecond, acceptedPerSecond, committedPerSecond } = rates
  return [acceptedPerSecond, committedPerSecond].some(
    (rate) => rate > offeredPerSecond && formatRate(rate) !== formatRate(offeredPerSecond),
  )
}
