import { CHANNEL_LOOKS } from '../../look/channel-look'
import { type Html, html } from '../../look/html'
import { channelLabel, figure } from '../../look/table'
import type { ChannelResult, Results, Spread } from '../../results'
import { auditedOrders } from '../../verdict/audited-orders'
import { GROUPS, type Group, hasCommitBelowResponse, type Measure } from './summary-measures'

/** Bars of nearly one length, as those of equal rates are, would say nothing. */
const LEAST_DIFFERENCE = 0.01

export function summary(results: Results): Html {
  const { channels } = results
  if (channels.length === 0)
    return html`<section><h2>Summary</h2><p class="empty">No channel was measured.</p></section>`
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
    channels.length > 1 ? 'The order paths side by side.' : 'The only order path that was measured.',
    saturation !== undefined &&
      'Of each, the figures are those of the highest rate that held, or of the last where none did.',
    repetitions > 1 &&
      `Percentiles are of all ${repetitions} repetitions together; a range below a number is the least and the greatest repetition.`,
    channels.length > 1 && 'Bars compare the numbers of a row that differ.',
    channels.some(({ latencies }) => latencies.response.p999Ms === undefined) && 'p99.9 needs 10,000 samples.',
  ]
  return sentences.filter((sentence) => sentence !== false).join(' ')
}

/** What the numbers make a reader ask. */
function notes(results: Results): Html {
  const audited = auditedOrders(results)
  return html`${
    results.channels.some(hasCommitBelowResponse) &&
    html`<p class="note">* Less than the response: the shop stamps a commit, in whole milliseconds, when it writes the rows. Their flush and the way of the answer back through HTTP come later, and count for the response alone.</p>`
  }${audited !== undefined && html`<p class="note">${audited}</p>`}`
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
      result.repetitions > 1 && measure.spread && range(measure.spread(result), measure.format)
    }</td>`
  })}</tr>
`
}

function bar({ channel }: ChannelResult, share: number): Html {
  return html`<span class="bar" aria-hidden="true"><span style="background:var(${CHANNEL_LOOKS[channel].color});width:${(Math.max(0, share) * 100).toFixed(1)}%"></span></span>`
}

/** None where all repetitions had the same. */
function range([least, greatest]: Spread, format: (value: number) => string): Html | false {
  if (format(least) === format(greatest)) return false
  return html`<span class="spread">${figure(least, format)} – ${figure(greatest, format)}</span>`
}
