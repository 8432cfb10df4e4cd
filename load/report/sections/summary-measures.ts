import { formatCount, formatDuration, formatMs, formatRate, formatShare } from '@ecommerce/look/format'
import { type HtmlPart, html } from '../../pages/html'
import type { ChannelResult, Latency, Range } from '../../results'

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

type Percentile = (latency: Latency) => number | undefined

const P50: Percentile = (latency) => latency.p50Ms
const P99: Percentile = (latency) => latency.p99Ms
const P999: Percentile = (latency) => latency.p999Ms

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
      { ...percentile('p50', 'response', P50), range: ({ range }) => range.responseP50Ms },
      { ...percentile('p99', 'response', P99), range: ({ range }) => range.responseP99Ms },
      percentile('p99.9', 'response', P999),
    ],
  },
  {
    heading: html`Commit <span class="unit">ms, due → committed in MySQL</span>`,
    measures: [
      commitPercentile('p50', P50),
      { ...commitPercentile('p99', P99), range: ({ range }) => range.committedP99Ms },
      commitPercentile('p99.9', P999),
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

function percentile(name: string, of: 'response' | 'committed', at: Percentile): Measure {
  return { name, value: ({ latencies }) => measured(latencies[of], at), format: formatMs, isCompared: true }
}

function commitPercentile(name: string, at: Percentile): Measure {
  return { ...percentile(name, 'committed', at), isMarked: (result) => isBelowResponse(result, at) }
}

/** Whether the summary shows a commit percentile below its response percentile, which needs an explanation. */
export function hasCommitBelowResponse(result: ChannelResult): boolean {
  return [P50, P99, P999].some((at) => isBelowResponse(result, at))
}

function isBelowResponse({ latencies }: ChannelResult, at: Percentile): boolean {
  const [response, committed] = [measured(latencies.response, at), measured(latencies.committed, at)]
  return response !== undefined && committed !== undefined && committed < response
}

function measured(latency: Latency, at: Percentile): number | undefined {
  return latency.count > 0 ? at(latency) : undefined
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
