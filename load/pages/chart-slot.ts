import { type Html, type HtmlPart, html } from './html'

export interface ChartSlot {
  /** The name of the chart that the page script draws here. */
  readonly chart: string
  /** Tells charts of the same name apart. */
  readonly channel?: string
  readonly title?: HtmlPart
  /** What the chart shows, in words and numbers, for readers who cannot see it. */
  readonly summary: string
}

/** A place where the page script draws a chart. Without scripts it shows the summary. */
export function chartSlot({ chart, channel, title, summary }: ChartSlot): Html {
  return html`<div class="panel">${title && html`<h3>${title}</h3>`}<div class="chart" data-chart="${chart}"${
    channel && html` data-channel="${channel}"`
  } role="img" aria-label="${summary}"><p class="chart-text">${summary}</p></div></div>
`
}

/** Charts with a common caption, side by side if there is room. */
export function chartFigure(slots: readonly Html[], caption: HtmlPart): Html {
  return html`<figure><div class="panels" data-count="${slots.length}">${slots}</div><figcaption>${caption}</figcaption></figure>
`
}
