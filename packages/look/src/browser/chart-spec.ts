import type { Marker } from '../channels'
import type { Range } from './scales'

/** What a chart shows: plain data, so that tests need no page. */
export interface ChartSpec {
  readonly x: readonly number[]
  readonly xAxis: Axis
  readonly yAxis: Axis
  readonly lines: readonly Line[]
  /** Shaded parts of the x axis. */
  readonly bands?: readonly Band[]
  /** Charts with the same key share their cursor. */
  readonly syncKey?: string
}

export interface Axis {
  readonly label: string
  readonly range: Range
  readonly format: (value: number) => string
  /** Round numbers when absent. */
  readonly ticks?: readonly number[]
  readonly isLogarithmic?: boolean
}

export interface Line {
  readonly label: string
  /** One value per x; null is a gap. */
  readonly values: readonly (number | null)[]
  /** A custom property of the stylesheet. */
  readonly color: string
  readonly dash?: readonly number[]
  readonly width?: number
  readonly marks?: readonly Mark[]
}

/** The dash patterns of lines that share the colour of a channel. */
export const DOTTED = [2, 3] as const
export const DASHED = [6, 4] as const

export interface Mark {
  /** Index of the marked value. */
  readonly index: number
  readonly shape: Marker
  /** Draws the mark with a cross in it, for a value that missed its objective. */
  readonly isHollow?: boolean
}

export interface Band {
  readonly from: number
  readonly to: number
  readonly label: string
}
