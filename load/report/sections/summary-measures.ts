import { formatCount, formatDuration, formatMs, formatRate, formatShare } from '../../look/format'
import { type HtmlPart, html } from '../../look/html'
import type { ChannelResult, Latency, Spread } from '../../results'

/** A row of the summary. */
export interface Measure {
  readonly name: HtmlPart
  readonly value: (result: ChannelResult) => number | undefined
  readonly format: (value: number) => string
  readonly spread?: (result: ChannelResult) => Spread
  /** Before the number, such as its share of the whole. */
  readonly aside?: (result: ChannelResult) => string | undefined
  /** Whether the number has a mark that leads to a note. */
  readonly isMarked?: (result: ChannelResult) => boolean
  /** Whether a bar beside the number shows how the channels compare, where they differ. */
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
        spread: ({ spread }) => spread.committedPerSecond,
        isCompared: true,
      },
    ],
  },
  {
    heading: html`Response <span class="unit">ms, from due to answered</span>`,
    measures: [
      { ...percentile('p50', 'response', P50), spread: ({ spread }) => spread.responseP50Ms },
      { ...percentile('p99', 'response', P99), spread: ({ spread }) => spread.responseP99Ms },
      percentile('p99.9', 'response', P999),
    ],
  },
  {
    heading: html`Commit <span class="unit">ms, from due to committed in MySQL</span>`,
    measures: [
      commitPercentile('p50', P50),
      { ...commitPercentile('p99', P99), spread: ({ spread }) => spread.committedP99Ms },
      commitPercentile('p99.9', P999),
    ],
  },
  {
    heading: html`Requests <span class="unit">all repetitions, without warm-up</span>`,
    measures: [
      { name: 'sent or dropped', value: ({ requests }) => requests.offered, format: formatCount },
      counted('errors', ({ requests }) => requests.failed),
      counted('refused by a rule', ({ requests }) => requests.refused),
      counted('dropped unsent', ({ requests }) => requests.dropped),
    ],
  },
  {
    heading: html`Backlog <span class="unit">accepted, not yet committed</span>`,
    measures: [
      {
        name: html`greatest <span class="unit">orders</span>`,
        value: ({ maxBacklog }) => maxBacklog,
        format: formatCount,
      },
      { name: 'drained after', value: ({ drainMs }) => drainMs, format: formatDuration },
    ],
  },
]

function percentile(name: string, of: 'response' | 'committed', at: Percentile): Measure {
  return { name, value: ({ latencies }) => measured(latencies[of], at), format: formatMs, isCompared: true }
}

function commitPercentile(name: string, at: Percentile): Measure {
  return { ...percentile(name, 'committed', at), isMarked: (result) => isBelowResponse(result, at) }
}

/** Whether a percentile that is shown is smaller for the commit than for the answer, which needs a word to readers. */
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
