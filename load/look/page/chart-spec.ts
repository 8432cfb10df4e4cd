import type { ChannelLook } from '../channel-look'
import type { Range } from './scales'

/** What a chart shows: plain data, so that it can be tested without a page. */
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
