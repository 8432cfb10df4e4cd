import type { Channel } from '../results'
import { CHANNEL_LOOKS } from './channel-look'
import { type Html, type HtmlPart, html } from './html'

export interface Column {
  readonly heading: HtmlPart
  /** Numbers stand at the right, so that their digits line up. */
  readonly isNumber?: boolean
}

/** A table in a box of its own, which scrolls when the page is narrower. The first cell of a row names it. */
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

/** A number as people read it, and exactly in its markup. What was not measured is a dash. */
export function figure(value: number | null | undefined, format: (value: number) => string): Html {
  if (value === undefined || value === null || !Number.isFinite(value)) return html`<span class="absent">–</span>`
  return html`<data value="${value}">${format(value)}</data>`
}

/** The name of a channel behind the mark that it has in every chart. */
export function channelLabel(channel: Channel): Html {
  const { name, color, dash, marker } = CHANNEL_LOOKS[channel]
  const shapes = {
    circle: html`<circle cx="13" cy="6" r="3.4"/>`,
    square: html`<rect x="9.8" y="2.8" width="6.4" height="6.4"/>`,
    triangle: html`<path d="M13 1.8 17.2 9.2H8.8Z"/>`,
  }
  return html`<span class="channel"><svg viewBox="0 0 26 12" width="26" height="12" aria-hidden="true" style="color:var(${color})"><path d="M0 6H26" stroke="currentColor" stroke-width="2" stroke-dasharray="${dash.join(' ')}"/><g fill="currentColor">${shapes[marker]}</g></svg>${name}</span>`
}
