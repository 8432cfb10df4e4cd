import { median } from '../load/measure/quantile'

/** The ratio of each sample to the reference of the same repetition. */
export function ratios(samples: readonly number[], references: readonly number[]): number[] {
  return samples.map((sample, index) => sample / (references[index] ?? Number.NaN))
}

/** One line of the results: a name, the sample of each repetition, and the goal of the median, if there is one. */
export interface Finding {
  readonly name: string
  readonly samples: readonly number[]
  readonly unit: string
  readonly atLeast?: number
  readonly atMost?: number
}

export function print({ name, samples, unit, atLeast, atMost }: Finding): boolean {
  const middle = median(samples)
  const holds = (atLeast === undefined || middle >= atLeast) && (atMost === undefined || middle <= atMost)
  const goal = atLeast === undefined ? (atMost === undefined ? '' : `at most ${atMost}`) : `at least ${atLeast}`
  const verdict = goal === '' ? '' : `${goal}: ${holds ? 'holds' : 'MISSED'}`
  const spread = `${format(Math.min(...samples))} to ${format(Math.max(...samples))}`
  console.log(`${name.padEnd(58)} ${format(middle).padStart(9)} ${unit.padEnd(9)} (${spread})  ${verdict}`)
  return holds
}

function format(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(2)
}
