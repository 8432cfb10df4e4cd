import type { Band } from '@ecommerce/look/chart-spec'
import type { Second } from '../results'

/** The bands of a chart over time that shade warm-up and drain, which are not measured. */
export function phaseBands(series: readonly Pick<Second, 'second' | 'phase'>[]): Band[] {
  const bands: Band[] = []
  for (const phase of ['warm-up', 'drain'] as const) {
    const seconds = series.filter((second) => second.phase === phase).map(({ second }) => second)
    const [first, last] = [seconds[0], seconds.at(-1)]
    if (first === undefined || last === undefined) continue
    bands.push(
      phase === 'drain' ? { from: first - 0.5, to: last, label: phase } : { from: first, to: last + 0.5, label: phase },
    )
  }
  return bands
}
