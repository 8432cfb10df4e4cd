import { CHANNEL_LOOKS } from '@ecommerce/look/channels'
import { type Html, html } from '../../pages/html'
import { channelLabel, figure } from '../../pages/table'
import type { ChannelResult, Range, Results } from '../../results'
import { auditedOrders } from '../../verdict/audited-orders'
import { surprisesIn } from '../../verdict/surprises'
import { GROUPS, type Group, type Measure } from './summary-measures'

/** Bars of nearly the same length say nothing. */
const LEAST_DIFFERENCE = 0.01

export function summary(results: Results): Html {
  const { channels } = results
  if (channels.length === 0)
    return html`<section aria-labelledby="summary"><h2 id="summary">Summary</h2><p class="empty">No channel was measured.</p></section>`
  return html`<section aria-labelledby="summary"><h2 id="summary">Summary</h2>
<div class="table-box" tabindex="0" role="group" aria-label="Summary of the channels"><table class="summary">
<caption><span>${howToRead(results)}</span></caption>
<thead><tr><th scope="col"><span class="hidden">measure</span></th>${channels.map(
    ({ channel }) => html`<th scope="col" class="number">${channelLabel(channel)}</th>`,
  )}</tr></thead>
${GROUPS.map((group) => groupRows(group, channels))}
</table></div>
${notes(results)}
</section>
`
}

function howToRead({ channels, saturation }: Results): string {
  const repetitions = Math.max(...channels.map((result) => result.repetitions))
  const sentences = [
    channels.length > 1 ? 'The order channels in comparison.' : 'The only channel that was measured.',
    saturation !== undefined &&
      'The figures of a channel are those at the highest rate that held, or at the last rate if none held.',
    repetitions > 1 &&
      `Percentiles cover all ${repetitions} repetitions together. The range below a number shows the lowest and the highest repetition.`,
    channels.length > 1 && 'Bars compare the channels if their numbers differ.',
    channels.some(({ latencies }) => latencies.response.p999Ms === undefined) && 'p99.9 needs 10,000 samples.',
  ]
  return sentences.filter((sentence) => sentence !== false).join(' ')
}

/** Explanations of figures that would surprise a reader. */
function notes(results: Results): Html {
  const audited = auditedOrders(results)
  return html`${surprisesIn(results.channels).map(
    (lines) => html`<p class="note">${lines.map((line, index) => html`${index > 0 && html`<br>`}${line}`)}</p>`,
  )}${audited !== undefined && html`<p class="note">${audited}</p>`}`
}

function groupRows({ heading, measures }: Group, channels: readonly ChannelResult[]): Html {
  return html`<tbody><tr class="group"><th scope="rowgroup" colspan="${channels.length + 1}">${heading}</th></tr>
${measures.map((measure) => measureRow(measure, channels))}</tbody>
`
}

function measureRow(measure: Measure, channels: readonly ChannelResult[]): Html {
  const values = channels.map((result) => measure.value(result) ?? 0)
  const greatest = Math.max(0, ...values)
  const isCompared = measure.isCompared && Math.min(...values) < greatest * (1 - LEAST_DIFFERENCE)
  return html`<tr><th scope="row">${measure.name}</th>${channels.map((result) => {
    const value = measure.value(result)
    const aside = measure.aside?.(result)
    return html`<td class="number"><span class="value">${isCompared && bar(result, (value ?? 0) / greatest)}${
      aside && html`<span class="aside">${aside}</span> `
    }<span class="marked">${figure(value, measure.format)}${measure.isMarked?.(result) && html`<sup>*</sup>`}</span></span>${
      result.repetitions > 1 && measure.range && rangeText(measure.range(result), measure.format)
    }</td>`
  })}</tr>
`
}

function bar({ channel }: ChannelResult, share: number): Html {
  return html`<span class="bar" aria-hidden="true"><span style="background:var(${CHANNEL_LOOKS[channel].color});width:${(Math.max(0, share) * 100).toFixed(1)}%"></span></span>`
}

/** Nothing if all repetitions had the same value. */
function rangeText([least, greatest]: Range, format: (value: number) => string): Html | false {
  if (format(least) === format(greatest)) return false
  return html`<span class="range">${figure(least, format)} – ${figure(greatest, format)}</span>`
}
