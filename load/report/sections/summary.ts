import type { ChannelResult, Latency, Spread } from '../../results'
import { CHANNEL_LOOKS } from '../channel-look'
import { formatCount, formatDuration, formatMs, formatRate, formatShare } from '../format'
import { type Html, type HtmlPart, html } from '../html'
import { channelLabel, figure } from '../table'

interface Measure {
  readonly name: HtmlPart
  readonly value: (result: ChannelResult) => number | undefined
  readonly format: (value: number) => string
  readonly spread?: (result: ChannelResult) => Spread
  /** Behind the number, such as its share of the whole. */
  readonly aside?: (result: ChannelResult) => string | undefined
  /** Whether a bar under the number shows how the channels compare. */
  readonly isCompared?: boolean
}

interface Group {
  readonly heading: HtmlPart
  readonly measures: readonly Measure[]
}

const GROUPS: readonly Group[] = [
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
      percentile(
        'p50',
        'response',
        (latency) => latency.p50Ms,
        ({ spread }) => spread.responseP50Ms,
      ),
      percentile(
        'p99',
        'response',
        (latency) => latency.p99Ms,
        ({ spread }) => spread.responseP99Ms,
      ),
      percentile('p99.9', 'response', (latency) => latency.p999Ms),
    ],
  },
  {
    heading: html`Commit <span class="unit">ms, from due to committed in MySQL</span>`,
    measures: [
      percentile('p50', 'committed', (latency) => latency.p50Ms),
      percentile(
        'p99',
        'committed',
        (latency) => latency.p99Ms,
        ({ spread }) => spread.committedP99Ms,
      ),
      percentile('p99.9', 'committed', (latency) => latency.p999Ms),
    ],
  },
  {
    heading: html`Requests <span class="unit">all repetitions</span>`,
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

export function summary(channels: readonly ChannelResult[]): Html {
  if (channels.length === 0)
    return html`<section><h2>Summary</h2><p class="empty">No channel was measured.</p></section>`
  const repetitions = Math.max(...channels.map((result) => result.repetitions))
  return html`<section aria-labelledby="summary"><h2 id="summary">Summary</h2>
<div class="table-box" tabindex="0" role="group" aria-label="Summary of the channels"><table class="summary">
<caption><span>The order paths side by side.${
    repetitions > 1 &&
    html` Percentiles are of all ${repetitions} repetitions together; the range below a number is the least and the greatest repetition.`
  } Bars compare the numbers of a row.${
    channels.some(({ latencies }) => latencies.response.p999Ms === undefined) && ' p99.9 needs 10,000 samples.'
  }</span></caption>
<thead><tr><th scope="col"><span class="hidden">measure</span></th>${channels.map(
    ({ channel }) => html`<th scope="col" class="number">${channelLabel(channel)}</th>`,
  )}</tr></thead>
${GROUPS.map((group) => groupRows(group, channels))}
</table></div>
</section>
`
}

function groupRows({ heading, measures }: Group, channels: readonly ChannelResult[]): Html {
  return html`<tbody><tr class="group"><th scope="rowgroup" colspan="${channels.length + 1}">${heading}</th></tr>
${measures.map((measure) => measureRow(measure, channels))}</tbody>
`
}

function measureRow(measure: Measure, channels: readonly ChannelResult[]): Html {
  const greatest = Math.max(0, ...channels.map((result) => measure.value(result) ?? 0))
  return html`<tr><th scope="row">${measure.name}</th>${channels.map((result) => {
    const value = measure.value(result)
    const aside = measure.aside?.(result)
    return html`<td class="number"><span class="value">${
      measure.isCompared && greatest > 0 && bar(result, (value ?? 0) / greatest)
    }${aside && html`<span class="aside">${aside}</span> `}${figure(value, measure.format)}</span>${
      result.repetitions > 1 && measure.spread && range(measure.spread(result), measure.format)
    }</td>`
  })}</tr>
`
}

function bar({ channel }: ChannelResult, share: number): Html {
  return html`<span class="bar" aria-hidden="true"><span style="background:var(${CHANNEL_LOOKS[channel].color});width:${(Math.max(0, share) * 100).toFixed(1)}%"></span></span>`
}

function range([least, greatest]: Spread, format: (value: number) => string): Html {
  return html`<span class="spread">${figure(least, format)} – ${figure(greatest, format)}</span>`
}

function percentile(
  name: string,
  of: 'response' | 'committed',
  value: (latency: Latency) => number | undefined,
  spread?: (result: ChannelResult) => Spread,
): Measure {
  const measured = ({ latencies }: ChannelResult) => (latencies[of].count > 0 ? value(latencies[of]) : undefined)
  return { name, value: measured, format: formatMs, isCompared: true, ...(spread && { spread }) }
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
