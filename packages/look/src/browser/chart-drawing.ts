import type uPlot from 'uplot'
import type { Band, Line, Mark } from './chart-spec'
import { colorOf } from './theme'

/** Draws below everything else. */
export function shadeBands(plot: uPlot, bands: readonly Band[]): void {
  const { ctx, bbox } = plot
  ctx.fillStyle = colorOf('--shade')
  for (const band of bands) {
    const [left, right] = edgesOf(plot, band)
    ctx.fillRect(left, bbox.top, right - left, bbox.height)
  }
}

/** Labels the bands that have room for their label. Call it after the grid, whose lines would cross the text. */
export function labelBands(plot: uPlot, bands: readonly Band[]): void {
  const { ctx, bbox } = plot
  const ratio = devicePixelRatio
  ctx.save()
  ctx.font = `${11 * ratio}px Inter, system-ui, sans-serif`
  ctx.textBaseline = 'top'
  ctx.textAlign = 'center'
  for (const band of bands) {
    const [left, right] = edgesOf(plot, band)
    const width = ctx.measureText(band.label).width + 4 * ratio
    if (width > right - left) continue
    ctx.fillStyle = colorOf('--shade')
    ctx.fillRect((left + right - width) / 2, bbox.top + 2 * ratio, width, 15 * ratio)
    ctx.fillStyle = colorOf('--muted')
    ctx.fillText(band.label, (left + right) / 2, bbox.top + 5 * ratio)
  }
  ctx.restore()
}

function edgesOf(plot: uPlot, { from, to }: Band): [left: number, right: number] {
  const { bbox } = plot
  const left = Math.max(bbox.left, plot.valToPos(from, 'x', true))
  return [left, Math.min(bbox.left + bbox.width, plot.valToPos(to, 'x', true))]
}

/** Draws above the lines. */
export function drawMarks(plot: uPlot, lines: readonly Line[]): void {
  const { ctx } = plot
  ctx.save()
  ctx.lineWidth = 1.6 * devicePixelRatio
  ctx.setLineDash([])
  for (const [position, line] of lines.entries()) {
    ctx.strokeStyle = colorOf(line.color)
    for (const mark of line.marks ?? []) {
      const x = plot.data[0][mark.index]
      const y = plot.data[position + 1]?.[mark.index]
      if (x === undefined || y === undefined || y === null) continue
      const size = (mark.isHollow ? 6 : 4) * devicePixelRatio
      const centre = [plot.valToPos(x, 'x', true), plot.valToPos(y, 'y', true)] as const
      ctx.fillStyle = colorOf(mark.isHollow ? '--surface' : line.color)
      ctx.fill(outlineOf(mark.shape, centre, size))
      ctx.stroke(outlineOf(mark.shape, centre, size))
      if (mark.isHollow) ctx.stroke(crossAt(centre, size * 0.55))
    }
  }
  ctx.restore()
}

function outlineOf(shape: Mark['shape'], [x, y]: readonly [number, number], size: number): Path2D {
  const path = new Path2D()
  if (shape === 'circle') path.arc(x, y, size, 0, 2 * Math.PI)
  else if (shape === 'square') path.rect(x - size * 0.9, y - size * 0.9, size * 1.8, size * 1.8)
  else {
    path.moveTo(x, y - size * 1.15)
    path.lineTo(x + size * 1.1, y + size * 0.8)
    path.lineTo(x - size * 1.1, y + size * 0.8)
    path.closePath()
  }
  return path
}

function crossAt([x, y]: readonly [number, number], size: number): Path2D {
  const path = new Path2D()
  path.moveTo(x - size, y - size)
  path.lineTo(x + size, y + size)
  path.moveTo(x + size, y - size)
  path.lineTo(x - size, y + size)
  return path
}
