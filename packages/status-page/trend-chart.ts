import { CHANNEL_LOOKS, type Channel } from '@ecommerce/look/channels'
import { Chart } from '@ecommerce/look/chart'
import type { ChartSpec } from '@ecommerce/look/chart-spec'
import { element } from '@ecommerce/look/elements'
import { formatCount, formatRate } from '@ecommerce/look/format'
import { linearRange } from '@ecommerce/look/scales'
import type { Trends } from './trends'

export interface TrendChartOptions {
  readonly title: string
  readonly unit: string
  readonly channels: readonly Channel[]
  /** The name under which the trends have the values of a channel. */
  readonly trendOf: (channel: Channel) => string
  /** The y axis never ends below this value. */
  readonly leastEnd: number
}

/** A chart of the last minutes with a line per channel. Its label says the latest values to those who cannot see it. */
export class TrendChart {
  readonly panel: HTMLElement
  readonly #element = element('div', { class: 'chart', role: 'img' })
  readonly #options: TrendChartOptions
  #chart: Chart | undefined

  constructor(options: TrendChartOptions) {
    this.#options = options
    this.#element.ariaLabel = `${options.title}: no data yet`
    this.panel = element('div', { class: 'panel' }, element('h3', {}, options.title), this.#element)
  }

  show(trends: Trends, nowMs: number): void {
    const spec = trendSpec(this.#options, trends, nowMs)
    if (this.#chart) this.#chart.update(spec)
    else this.#chart = new Chart(this.#element, spec)
    const latest = spec.lines.map(({ label, values }) => `${label} ${formatValue(values.at(-1) ?? undefined)}`)
    const { title, unit } = this.#options
    this.#element.ariaLabel = `${title} in ${unit}, now: ${latest.join(', ')}`
  }

  redraw(): void {
    this.#chart?.redraw()
  }
}

export function trendSpec(
  { unit, channels, trendOf, leastEnd }: Omit<TrendChartOptions, 'title'>,
  trends: Trends,
  nowMs: number,
): ChartSpec {
  const spanSeconds = trends.spanMs / 1_000
  const series = channels.map((channel) => trends.line(trendOf(channel)))
  return {
    x: (series[0] ?? []).map(({ atMs }) => (atMs - nowMs) / 1_000),
    xAxis: { label: 'time', range: [-spanSeconds, 0], ...timeTicks(spanSeconds) },
    yAxis: {
      label: unit,
      range: linearRange(
        series.flat().map(({ value }) => value ?? 0),
        leastEnd,
      ),
      format: formatValue,
    },
    lines: channels.map((channel, index) => ({
      label: CHANNEL_LOOKS[channel].name,
      color: CHANNEL_LOOKS[channel].color,
      dash: CHANNEL_LOOKS[channel].dash,
      values: (series[index] ?? []).map(({ value }) => value ?? null),
    })),
    syncKey: 'trends',
  }
}

/** Every half minute, or every minute when the chart shows more than two. */
function timeTicks(spanSeconds: number) {
  const isInMinutes = spanSeconds > 120
  const step = isInMinutes ? 60 : 30
  const count = Math.floor(spanSeconds / step) + 1
  return {
    ticks: Array.from({ length: count }, (_, index) => (index - count + 1) * step),
    format: (seconds: number) => {
      if (seconds === 0) return 'now'
      return isInMinutes ? `−${formatCount(-seconds / 60)} min` : `−${formatCount(-seconds)} s`
    },
  }
}

function formatValue(value: number | undefined): string {
  return value !== undefined && Number.isInteger(value) ? formatCount(value) : formatRate(value)
}
