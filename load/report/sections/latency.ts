import { channelName } from '@ecommerce/look/channels'
import { formatCount, formatMs } from '@ecommerce/look/format'
import { chartFigure, chartSlot } from '../../pages/chart-slot'
import { type Html, html } from '../../pages/html'
import { channelLabel, figure, table } from '../../pages/table'
import type { ChannelResult, Latencies, Latency } from '../../results'

const KINDS: readonly (readonly [keyof Latencies, string])[] = [
  ['response', 'response: due → response'],
  ['service', 'service: sent → response'],
  ['commit', 'commit: due → committed'],
]

const PERCENTILES: readonly (readonly [string, (latency: Latency) => number | undefined])[] = [
  ['mean', (latency) => latency.meanMs],
  ['p50', (latency) => latency.p50Ms],
  ['p75', (latency) => latency.p75Ms],
  ['p90', (latency) => latency.p90Ms],
  ['p95', (latency) => latency.p95Ms],
  ['p99', (latency) => latency.p99Ms],
  ['p99.9', (latency) => latency.p999Ms],
  ['p99.99', (latency) => latency.p9999Ms],
  ['max', (latency) => latency.maxMs],
]

export function latencySection(channels: readonly ChannelResult[]): Html | false {
  if (channels.length === 0) return false
  const curve = (of: 'response' | 'commit', title: string) =>
    chartSlot({ chart: `curve-${of}`, title, summary: inWords(title, of, channels) })
  return html`<section aria-labelledby="latency"><h2 id="latency">Latency</h2>
${chartFigure(
  [curve('response', 'Response: due → response'), curve('commit', 'Commit: due → committed in MySQL')],
  html`Percentile curves. A point at 99 % and 20 ms means: 99 % of the orders took at most 20 ms. Each label to the right covers a ten times rarer tail. Lower is better. Both charts have the same logarithmic scale.`,
)}
<details><summary>All percentiles</summary>
${table(
  'Latency in milliseconds. Response minus service is the time that requests waited before they were sent. A percentile without enough samples is not shown.',
  [
    { heading: 'channel and measure' },
    { heading: 'samples', isNumber: true },
    ...PERCENTILES.map(([heading]) => ({ heading, isNumber: true })),
  ],
  channels.flatMap(({ channel, latencies }) =>
    KINDS.map(([kind, name]) => [
      html`${channelLabel(channel)}<span class="detail">${name}</span>`,
      figure(latencies[kind].count, formatCount),
      ...PERCENTILES.map(([, value]) =>
        figure(latencies[kind].count > 0 ? value(latencies[kind]) : undefined, formatMs),
      ),
    ]),
  ),
)}</details>
</section>
`
}

function inWords(title: string, of: 'response' | 'commit', channels: readonly ChannelResult[]): string {
  const each = channels.map(({ channel, latencies }) => {
    const latency = latencies[of]
    if (latency.count === 0) return `${channelName(channel)} not measured`
    return `${channelName(channel)} p50 ${formatMs(latency.p50Ms)} ms, p99 ${formatMs(latency.p99Ms)} ms, maximum ${formatMs(latency.maxMs)} ms`
  })
  return `${title}. ${each.join('; ')}.`
}
