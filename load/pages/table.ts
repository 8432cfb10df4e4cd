import { CHANNEL_LOOKS, CHANNEL_MARK } from '@ecommerce/look/channels'
import { UNKNOWN } from '@ecommerce/look/format'
import { ICONS, type Tone } from '@ecommerce/look/icons'
import type { Channel } from '../results'
import { type Html, type HtmlPart, html } from './html'

export interface Column {
  readonly heading: HtmlPart
  /** Aligned to the right, so that digits line up. */
  readonly isNumber?: boolean
}

/** A table in a box that scrolls when the page is narrower. The first cell of a row names the row. */
export function table(caption: HtmlPart, columns: readonly Column[], rows: readonly (readonly HtmlPart[])[]): Html {
  const kind = (index: number) => columns[index]?.isNumber === true && html` class="number"`
  return html`<div class="table-box" tabindex="0" role="group" aria-label="Table"><table>
<caption><span>${caption}</span></caption>
<thead><tr>${columns.map(({ heading }, index) => html`<th scope="col"${kind(index)}>${heading}</th>`)}</tr></thead>
<tbody>${rows.map(
    (row) =>
      html`<tr>${row.map((cell, index) =>
        index === 0 ? html`<th scope="row">${cell}</th>` : html`<td${kind(index)}>${cell}</td>`,
      )}</tr>
`,
  )}</tbody>
</table></div>
`
}

export function numberColumn(heading: HtmlPart): Column {
  return { heading, isNumber: true }
}

/** A number as text, with the exact value in the markup. A value that was not measured is a dash. */
export function figure(value: number | null | undefined, format: (value: number) => string): Html {
  if (value === undefined || value === null || !Number.isFinite(value))
    return html`<span class="absent">${UNKNOWN}</span>`
  return html`<data value="${value}">${format(value)}</data>`
}

/** The name of a channel behind the mark that it has in every chart. */
export function channelLabel(channel: Channel): Html {
  const { name, color, dash, marker } = CHANNEL_LOOKS[channel]
  const { width, height, line, markers } = CHANNEL_MARK
  return html`<span class="channel"><svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" aria-hidden="true" style="color:var(${color})"><path class="mark-line" d="${line}" stroke-dasharray="${dash.join(' ')}"/><path class="mark-marker" d="${markers[marker]}"/></svg>${name}</span>`
}

export function icon(tone: Tone): Html {
  const { shape, stroke } = ICONS[tone]
  return html`<svg class="icon" data-tone="${tone}" viewBox="0 0 24 24" aria-hidden="true"><path class="icon-shape" d="${shape}"/><path d="${stroke}"/></svg>`
}
