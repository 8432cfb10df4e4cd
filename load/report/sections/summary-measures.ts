import { formatCount, formatDuration, formatMs, formatRate, formatShare } from '@ecommerce/look/format'
import { type HtmlPart, html } from '../../pages/html'
import type { ChannelResult, Range } from '../../results'
import { isBelowResponse, percentileOf, type SummaryPercentile } from '../../verdict/surprises'

/** A row of the summary. */
export interface Measure {
  readonly name: HtmlPart
  readonly value: (result: ChannelResult) => number | undefined
  readonly format: (value: number) => string
  readonly range?: (result: ChannelResult) => Range
  /** Text before the number, such as its share of the total. */
  readonly aside?: (result: ChannelResult) => string | undefined
  /** Whether the number has an asterisk, which a note below the table explains. */
  readonly isMarked?: (result: ChannelResult) => boolean
  /** Whether bars beside the numbers compare the channels. */
  readonly isCompared?: boolean
}

export interface Group {
  readonly heading: HtmlPart
  readonly measures: readonly Measure[]
}

export const GROUPS: readonly Group[] = [
  {
    heading: html`Throughput <span class="unit">orders/s</span>`,
    measures: [
      { name: 'offered', value: ({ rates }) => rates.offeredPerSecond, format: formatRate },
      { name: 'accepted', value: ({ rates }) => rates.acceptedPerSecond, format: formatRate },
      {
        name: 'committed',
        value: ({ rates }) => rates.committedPerSecond,
        format: formatRate,
        range: ({ range }) => range.committedPerSecond,
        isCompared: true,
      },
    ],
  },
  {
    heading: html`Response <span class="unit">ms, due → response</span>`,
    measures: [
      { ...responsePercentile('p50', 'p50Ms'), range: ({ range }) => range.responseP50Ms },
      responsePercentile('p95', 'p95Ms'),
      { ...responsePercentile('p99', 'p99Ms'), range: ({ range }) => range.responseP99Ms },
      responsePercentile('p99.9', 'p999Ms'),
    ],
  },
  {
    heading: html`Commit <span class="unit">ms, due → committed in MySQL</span>`,
    measures: [
      commitPercentile('p50', 'p50Ms'),
      commitPercentile('p95', 'p95Ms'),
      { ...commitPercentile('p99', 'p99Ms'), range: ({ range }) => range.commitP99Ms },
      commitPercentile('p99.9', 'p999Ms'),
    ],
  },
  {
    heading: html`Requests <span class="unit">all repetitions, without warm-up</span>`,
    measures: [
      { name: 'offered', value: ({ requests }) => requests.offered, format: formatCount },
      counted('failed', ({ requests }) => requests.failed),
      counted('refused', ({ requests }) => requests.refused),
      counted('dropped', ({ requests }) => requests.dropped),
    ],
  },
  {
    heading: html`Backlog <span class="unit">accepted, not yet committed</span>`,
    measures: [
      {
        name: html`maximum <span class="unit">orders</span>`,
        value: ({ maxBacklog }) => maxBacklog,
        format: formatCount,
      },
      { name: 'drain time', value: ({ drainMs }) => drainMs, format: formatDuration },
    ],
  },
]

function responsePercentile(name: string, at: SummaryPercentile): Measure {
  return { name, value: ({ latencies }) => percentileOf(latencies.response, at), format: formatMs, isCompared: true }
}

function commitPercentile(name: string, at: SummaryPercentile): Measure {
  const value = ({ latencies }: ChannelResult) => percentileOf(latencies.commit, at)
  return { name, value, format: formatMs, isCompared: true, isMarked: (result) => isBelowResponse(result, at) }
}

function counted(name: string, value: (result: ChannelResult) => number): Measure {
  const share = (result: ChannelResult) => value(result) / Math.max(1, result.requests.offered)
  return {
    name,
    value,
    format: formatCount,
    aside: (result) => (value(result) > 0 ? formatShare(share(result)) : undefined),
  }
}
