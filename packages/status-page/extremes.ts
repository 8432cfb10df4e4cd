import type { Point } from './trends'

export interface Extremes {
  /** Undefined if the value is not known at the moment. */
  readonly latest: number | undefined
  readonly least: number | undefined
  readonly greatest: number | undefined
}

export function extremesOf(points: readonly Point[]): Extremes {
  const values = points.flatMap(({ value }) => value ?? [])
  return {
    latest: points.at(-1)?.value,
    least: values.length === 0 ? undefined : Math.min(...values),
    greatest: values.length === 0 ? undefined : Math.max(...values),
  }
}
