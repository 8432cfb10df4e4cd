import { svgElement } from '@ecommerce/look/elements'
import { linearRange } from '@ecommerce/look/scales'
import { linePath, type Point } from './trends'

const SIZE = { width: 120, height: 20 }

/** A small line without a scale, for a table. @param color a custom property of the stylesheet */
export function sparkline(points: readonly Point[], spanMs: number, nowMs: number, color: string): SVGSVGElement {
  const [, top] = linearRange(
    points.map(({ value }) => value ?? 0),
    1,
  )
  const line = svgElement('path', {
    'vector-effect': 'non-scaling-stroke',
    d: linePath(points, { ...SIZE, fromMs: nowMs - spanMs, toMs: nowMs, top }),
  })
  const picture = svgElement(
    'svg',
    { viewBox: '-1 -2 122 24', preserveAspectRatio: 'none', class: 'sparkline', 'aria-hidden': 'true' },
    line,
  )
  picture.style.color = `var(${color})`
  return picture
}
