import { type Html, type HtmlPart, html } from './html'

export interface ChartSlot {
  /** Of the drawing that the page script puts here. */
  readonly chart: string
  /** What sets this one apart from others of its kind. */
  readonly channel?: string
  readonly title?: HtmlPart
  /** What the chart shows, in words and numbers, for those who cannot see it. */
  readonly summary: string
}

/** A place where the page script draws. Without scripts the text says what would be seen. */
export function chartSlot({ chart, channel, title, summary }: ChartSlot): Html {
  return html`<div class="panel">${title && html`<h3>${title}</h3>`}<div class="chart" data-chart="${chart}"${
    channel && html` data-channel="${channel}"`
  } role="img" aria-label="${summary}"><p class="chart-text">${summary}</p></div></div>
`
}

/** Charts that belong together under one caption, in so many columns as there is room for. */
export function chartFigure(slots: readonly Html[], caption: HtmlPart): Html {
  return html`<figure><div class="panels" data-count="${slots.length}">${slots}</div><figcaption>${caption}</figcaption></figure>
`
}
