import uPlot from 'uplot'
import { drawMarks, labelBands, shadeBands } from './chart-drawing'
import type { Axis, ChartSpec, Line } from './chart-spec'
import { lineMark } from './marks'
import { colorOf } from './theme'

/** Distances between ticks: whole numbers, because seconds, orders and requests have no fractions. */
const INCREMENTS = Array.from({ length: 9 }, (_, power) => [1, 2, 5].map((step) => step * 10 ** power)).flat()

const FONT = '12px Inter, system-ui, sans-serif'

/** A chart that fills the width of its element and follows it. */
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

  /** Shows new numbers. The cursor keeps its place if the lines look the same. */
  update(spec: ChartSpec): void {
    const isAlike = lookOf(spec) === lookOf(this.#spec)
    this.#spec = spec
    if (isAlike && this.#plot) this.#plot.setData(dataOf(spec))
    else this.redraw()
  }

  /** Draws the chart again with the current colours and width. */
  redraw(): void {
    this.#plot?.destroy()
    this.element.replaceChildren()
    const unit = document.createElement('p')
    unit.className = 'y-label'
    unit.textContent = this.#spec.yAxis.label
    this.element.append(unit)
    this.#plot = new uPlot(this.#options(), dataOf(this.#spec), this.element)
    showMarks(this.element, this.#spec.lines)
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
        drawAxes: [(plot) => labelBands(plot, this.#spec.bands ?? [])],
        draw: [(plot) => drawMarks(plot, this.#spec.lines)],
      },
    }
  }
}

/** Shows the legend with the markers that the lines have, so that colours are not needed to tell lines apart. */
function showMarks(element: HTMLElement, lines: readonly Line[]): void {
  const swatches = element.querySelectorAll<HTMLElement>('.u-legend .u-marker')
  // The first entry of the legend is the x axis.
  lines.forEach((line, index) => {
    const shape = line.marks?.[0]?.shape
    if (shape !== undefined) swatches[index + 1]?.replaceWith(lineMark({ ...line, marker: shape }))
  })
}

function lookOf({ lines }: ChartSpec): string {
  return JSON.stringify(lines.map(({ label, color, dash }) => [label, color, dash]))
}

function dataOf({ x, lines }: ChartSpec): uPlot.AlignedData {
  return [[...x], ...lines.map(({ values }) => [...values])]
}

/** @param axis returns the current axis: its ticks change with its range */
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

/** Fits the longest label with its tick and a gap. A common minimum aligns most charts. */
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
