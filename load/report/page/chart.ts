import uPlot from 'uplot'
import type { ChannelLook } from '../channel-look'
import type { Range } from './scales'
import { colorOf } from './theme'

export interface ChartSpec {
  readonly x: readonly number[]
  readonly xAxis: Axis
  readonly yAxis: Axis
  readonly lines: readonly Line[]
  /** Stretches of the x axis that are shaded. */
  readonly bands?: readonly Band[]
  /** Charts with the same key share their cursor. */
  readonly syncKey?: string
}

export interface Axis {
  readonly label: string
  readonly range: Range
  readonly format: (value: number) => string
  /** Where labels stand; round numbers when absent. */
  readonly ticks?: readonly number[]
  readonly isLogarithmic?: boolean
}

export interface Line {
  readonly label: string
  readonly values: readonly (number | null)[]
  /** A custom property of the styles. */
  readonly color: string
  readonly dash?: readonly number[]
  readonly width?: number
  readonly marks?: readonly Mark[]
}

export interface Mark {
  /** Of the values. */
  readonly index: number
  readonly shape: ChannelLook['marker']
  /** With a cross in it: a value that did not hold. */
  readonly isHollow?: boolean
}

export interface Band {
  readonly from: number
  readonly to: number
  readonly label: string
}

/** Whole numbers only: seconds, orders and requests come in no others. */
const INCREMENTS = Array.from({ length: 9 }, (_, power) => [1, 2, 5].map((step) => step * 10 ** power)).flat()

const FONT = '12px Inter, system-ui, sans-serif'

/** One chart in its element, which it fills to its width. */
export class Chart {
  #plot: uPlot | undefined
  #spec: ChartSpec

  constructor(
    readonly element: HTMLElement,
    spec: ChartSpec,
  ) {
    this.#spec = spec
    this.redraw()
    let width = element.clientWidth
    new ResizeObserver(() => {
      if (element.clientWidth === width) return
      width = element.clientWidth
      this.redraw()
    }).observe(element)
  }

  /** Shows other numbers; the cursor stays where it is, when the lines look the same. */
  update(spec: ChartSpec): void {
    const isAlike = lookOf(spec) === lookOf(this.#spec)
    this.#spec = spec
    if (isAlike && this.#plot) this.#plot.setData(dataOf(spec))
    else this.redraw()
  }

  /** Anew, in the colours and at the width of this moment. */
  redraw(): void {
    this.#plot?.destroy()
    this.element.replaceChildren()
    const unit = document.createElement('p')
    unit.className = 'y-label'
    unit.textContent = this.#spec.yAxis.label
    this.element.append(unit)
    this.#plot = new uPlot(this.#options(), dataOf(this.#spec), this.element)
  }

  #options(): uPlot.Options {
    const { lines, xAxis, yAxis, syncKey } = this.#spec
    const width = Math.max(200, this.element.clientWidth)
    return {
      width,
      height: Math.round(Math.min(300, Math.max(190, width * 0.55))),
      padding: [10, 20, 0, 0],
      scales: {
        x: { time: false, range: () => [...this.#spec.xAxis.range] },
        y: { distr: yAxis.isLogarithmic ? 3 : 1, range: () => [...this.#spec.yAxis.range] },
      },
      axes: [
        axisLook(() => this.#spec.xAxis, { label: xAxis.label, labelSize: 22, labelFont: FONT, size: 30, space: 46 }),
        axisLook(() => this.#spec.yAxis, { size: (_plot, labels) => widthOf(labels), space: 28 }),
      ],
      series: [
        { label: xAxis.label, value: (_plot, value) => (value === null ? '' : xAxis.format(value)) },
        ...lines.map((line) => seriesLook(line, yAxis)),
      ],
      cursor: {
        y: false,
        drag: { x: false, y: false },
        points: { size: 7, width: 2 },
        ...(syncKey !== undefined && { sync: { key: syncKey } }),
      },
      legend: { markers: { width: 2, dash: (_plot, index) => borderStyle(lines[index - 1]) } },
      hooks: {
        drawClear: [(plot) => shadeBands(plot, this.#spec.bands ?? [])],
        drawAxes: [(plot) => nameBands(plot, this.#spec.bands ?? [])],
        draw: [(plot) => drawMarks(plot, this.#spec.lines)],
      },
    }
  }
}

function lookOf({ lines }: ChartSpec): string {
  return JSON.stringify(lines.map(({ label, color, dash }) => [label, color, dash]))
}

function dataOf({ x, lines }: ChartSpec): uPlot.AlignedData {
  return [[...x], ...lines.map(({ values }) => [...values])]
}

/** @param axis that of the moment: its ticks change with its range */
function axisLook(axis: () => Axis, own: uPlot.Axis): uPlot.Axis {
  const grid = { stroke: colorOf('--grid'), width: 1 }
  return {
    ...own,
    font: FONT,
    stroke: colorOf('--muted'),
    grid,
    ticks: { ...grid, size: 4 },
    values: (_plot, values) => values.map((value) => (value === null ? '' : axis().format(value))),
    incrs: INCREMENTS,
    ...(axis().ticks && {
      splits: () => [...(axis().ticks ?? [])],
      filter: (_plot: uPlot, splits: number[]) => splits,
    }),
  }
}

/** Enough for the longest label, its tick and a gap; the same for most, so that charts line up. */
function widthOf(labels: readonly string[] | null): number {
  return Math.max(46, 14 + 7 * Math.max(0, ...(labels ?? []).map((label) => label.length)))
}

function seriesLook(line: Line, yAxis: Axis): uPlot.Series {
  return {
    label: line.label,
    stroke: colorOf(line.color),
    width: line.width ?? 2,
    ...(line.dash && { dash: [...line.dash] }),
    points: { show: false },
    value: (_plot, value) => (value === null || value === undefined ? '' : yAxis.format(value)),
  }
}

function borderStyle(line: Line | undefined): string {
  const first = line?.dash?.[0]
  if (first === undefined) return 'solid'
  return first <= 3 ? 'dotted' : 'dashed'
}

function shadeBands(plot: uPlot, bands: readonly Band[]): void {
  const { ctx, bbox } = plot
  ctx.fillStyle = colorOf('--shade')
  for (const band of bands) {
    const [left, right] = edgesOf(plot, band)
    ctx.fillRect(left, bbox.top, right - left, bbox.height)
  }
}

/** After the grid, which would cross the words; where there is room for them. */
function nameBands(plot: uPlot, bands: readonly Band[]): void {
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

function drawMarks(plot: uPlot, lines: readonly Line[]): void {
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
