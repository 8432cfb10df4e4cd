import { element, svgElement } from '@ecommerce/look/elements'
import { formatDuration } from '@ecommerce/look/format'
import { linearRange } from '@ecommerce/look/scales'
import { extremesOf } from './extremes'
import { linePath, type Point } from './trends'

const SIZE = { width: 120, height: 20 }

export interface SparklineOptions {
  /** What the line shows, such as `latency`. */
  readonly name: string
  readonly unit: string
  readonly format: (value: number | undefined) => string
  /** A custom property of the stylesheet. */
  readonly color: string
  readonly spanMs: number
  readonly nowMs: number
}

/** A small line for a table, with its latest value, minimum and maximum as text. */
export function sparkline(points: readonly Point[], options: SparklineOptions): HTMLElement {
  const { name, unit, format, color, spanMs, nowMs } = options
  const { latest, least, greatest } = extremesOf(points)
  const picture = element('span', { class: 'sparkline', role: 'img' }, drawing(points, spanMs, nowMs, color))
  picture.ariaLabel = `Line of the ${name} over the last ${formatDuration(spanMs)}`
  const range = greatest === undefined ? 'no value yet' : `min ${format(least)}, max ${format(greatest)} ${unit}`
  const text = `${name}: now ${format(latest)}, ${range}`
  return element('div', { class: 'trend' }, picture, element('span', { class: 'trend-text' }, text))
}

function drawing(points: readonly Point[], spanMs: number, nowMs: number, color: string): SVGSVGElement {
  const [, top] = linearRange(
    points.map(({ value }) => value ?? 0),
    1,
  )
  const line = svgElement('path', {
    'vector-effect': 'non-scaling-stroke',
    d: linePath(points, { ...SIZE, fromMs: nowMs - spanMs, toMs: nowMs, top }),
  })
  const base = svgElement('path', { class: 'sparkline-base', 'vector-effect': 'non-scaling-stroke', d: 'M0 20H120' })
  const picture = svgElement(
    'svg',
    { viewBox: '-1 -2 122 24', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    base,
    line,
  )
  picture.style.color = `var(${color})`
  return picture
}
