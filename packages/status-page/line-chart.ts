import { element, svgElement } from './elements'
import { formatAgo } from './format'
import { linePath, niceTop, type Point, type Trends } from './trends'

export interface ChartLine {
  readonly name: string
  /** Whose colour it has; defined in the styles. */
  readonly className: string
  readonly dash: string
  /** In the trends. */
  readonly trend: string
}

export interface ChartOptions {
  readonly title: string
  readonly lines: readonly ChartLine[]
  /** The scale reaches at least so far. */
  readonly smallestTop: number
  readonly format: (value: number | undefined) => string
}

const SIZE = { width: 360, height: 110 }

/** Lines over the last minutes, with their latest values in words for those who do not see them. */
export function createLineChart({ title, lines, smallestTop, format }: ChartOptions) {
  const tops = { full: element('span', { class: 'tick tick-top' }), half: element('span', { class: 'tick tick-half' }) }
  const paths = lines.map(({ className, dash }) =>
    svgElement('path', { class: `line ${className}`, 'stroke-dasharray': dash, 'vector-effect': 'non-scaling-stroke' }),
  )
  const picture = svgElement(
    'svg',
    { viewBox: `0 0 ${SIZE.width} ${SIZE.height}`, preserveAspectRatio: 'none', role: 'img', class: 'plot' },
    ...[0, 0.5, 1].map((share) => gridLine(SIZE.height * share)),
    ...paths,
  )
  const start = element('span')
  const panel = element(
    'figure',
    { class: 'panel' },
    element('figcaption', {}, title),
    element('div', { class: 'frame' }, picture, tops.full, tops.half),
    element('div', { class: 'times', 'aria-hidden': 'true' }, start, element('span', {}, 'now')),
  )

  function draw(trends: Trends, nowMs: number): void {
    const series = lines.map(({ trend }) => trends.line(trend))
    const top = niceTop(
      series.flat().map(({ value }) => value),
      smallestTop,
    )
    const frame = { ...SIZE, fromMs: nowMs - trends.spanMs, toMs: nowMs, top }
    for (const [index, path] of paths.entries()) path.setAttribute('d', linePath(series[index] ?? [], frame))
    start.textContent = formatAgo(0, trends.spanMs)
    tops.full.textContent = format(top)
    tops.half.textContent = format(top / 2)
    const latest = lines.map(({ name }, index) => `${name} ${format(series[index]?.at(-1)?.value)}`)
    picture.setAttribute('aria-label', `${title}, now: ${latest.join(', ')}`)
  }

  return { panel, draw }
}

/** A small line without a scale, for a table. */
export function sparkline(points: readonly Point[], spanMs: number, nowMs: number, className: string): SVGSVGElement {
  const top = niceTop(
    points.map(({ value }) => value),
    1,
  )
  const frame = { width: 120, height: 20, fromMs: nowMs - spanMs, toMs: nowMs, top }
  const path = svgElement('path', {
    class: `line thin ${className}`,
    'vector-effect': 'non-scaling-stroke',
    d: linePath(points, frame),
  })
  return svgElement(
    'svg',
    { viewBox: '-1 -2 122 24', preserveAspectRatio: 'none', class: 'sparkline', 'aria-hidden': 'true' },
    path,
  )
}

function gridLine(y: number): SVGLineElement {
  return svgElement('line', {
    class: 'grid',
    x1: '0',
    x2: String(SIZE.width),
    y1: String(y),
    y2: String(y),
    'vector-effect': 'non-scaling-stroke',
  })
}
