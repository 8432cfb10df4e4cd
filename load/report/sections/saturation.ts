import { channelName } from '@ecommerce/look/channels'
import { formatMs, formatPerSecond, formatRate, formatShare } from '@ecommerce/look/format'
import { chartFigure, chartSlot } from '../../pages/chart-slot'
import { type Html, html } from '../../pages/html'
import { channelLabel, figure, table } from '../../pages/table'
import type { SaturationPoint } from '../../results'

export function saturationSection(points: readonly SaturationPoint[] | undefined): Html | false {
  if (points === undefined || points.length === 0) return false
  return html`<section aria-labelledby="saturation"><h2 id="saturation">Saturation</h2>
${
  // Without a response there is no percentile to draw.
  points.some(({ responseP99Ms }) => responseP99Ms > 0) &&
  chartFigure(
    [
      chartSlot({
        chart: 'saturation-response',
        title: 'Response p99',
        summary: `Response p99 by offered rate. ${inWords(points)}`,
      }),
      chartSlot({
        chart: 'saturation-commit',
        title: 'Commit p99',
        summary: `Commit p99 by offered rate. ${inWords(points)}`,
      }),
    ],
    'The 99th percentile by offered rate, on one logarithmic scale. A hollow marker with a cross is a rate at which the channel missed the objectives.',
  )
}
<details><summary>All rates</summary>${table(
    'All rates that the search tried. A rate holds if the channel meets all objectives and keeps up with the offered rate. Goodput: what the channel accepts at twice the highest rate that held, as a share of the most that it accepted.',
    [
      { heading: 'channel' },
      { heading: 'offered/s', isNumber: true },
      { heading: 'accepted/s', isNumber: true },
      { heading: 'response p99, ms', isNumber: true },
      { heading: 'commit p99, ms', isNumber: true },
      { heading: 'failed', isNumber: true },
      { heading: 'goodput', isNumber: true },
      { heading: 'holds' },
    ],
    points.map((point) => [
      channelLabel(point.channel),
      figure(point.ratePerSecond, formatRate),
      figure(point.acceptedPerSecond, formatRate),
      figure(measured(point.responseP99Ms), formatMs),
      figure(measured(point.commitP99Ms), formatMs),
      figure(point.failedShare, formatShare),
      figure(point.goodputShare, formatShare),
      point.holds
        ? 'yes'
        : html`<strong class="bad">no</strong>${point.limitedByGenerator && html`<span class="detail">limited by the generator, not by the shop</span>`}`,
    ]),
  )}</details>
</section>
`
}

/** A percentile of 0 had no samples. */
function measured(ms: number): number | undefined {
  return ms > 0 ? ms : undefined
}

function inWords(points: readonly SaturationPoint[]): string {
  const channels = [...new Set(points.map(({ channel }) => channel))]
  return channels
    .map((channel) => {
      const held = points
        .filter((point) => point.channel === channel && point.holds)
        .map((point) => point.ratePerSecond)
      return held.length === 0
        ? `${channelName(channel)} held none of the rates.`
        : `${channelName(channel)} held ${formatPerSecond(Math.max(...held))}.`
    })
    .join(' ')
}
