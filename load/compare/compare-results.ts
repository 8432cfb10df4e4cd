import { median, rangeOf } from '../measure/quantile'
import { CHANNELS, type Channel, type Latency, type Range, type Results, type StepResult } from '../results'

/** Fewer repetitions do not show how much a figure varies from run to run. */
const MIN_REPETITIONS = 3
/** Smaller changes do not matter, however steady the figures are. */
const MIN_CHANGE_MS = 1
const MIN_CHANGE_SHARE = 0.05

/** Undefined without samples: then the percentile is 0 and says nothing. */
function measured(latency: Latency, percentile: 'p50Ms' | 'p99Ms'): number | undefined {
  return latency.count > 0 ? latency[percentile] : undefined
}

export const METRICS = [
  {
    name: 'response p50',
    unit: 'ms',
    better: 'less',
    of: (step: StepResult) => measured(step.latencies.response, 'p50Ms'),
  },
  {
    name: 'response p99',
    unit: 'ms',
    better: 'less',
    of: (step: StepResult) => measured(step.latencies.response, 'p99Ms'),
  },
  {
    name: 'commit p50',
    unit: 'ms',
    better: 'less',
    of: (step: StepResult) => measured(step.latencies.commit, 'p50Ms'),
  },
  {
    name: 'commit p99',
    unit: 'ms',
    better: 'less',
    of: (step: StepResult) => measured(step.latencies.commit, 'p99Ms'),
  },
  { name: 'committed', unit: '/s', better: 'more', of: (step: StepResult) => step.rates.committedPerSecond },
] as const

export type Change = 'regression' | 'improvement' | 'same' | 'unknown'

export interface Comparison {
  readonly channel: Channel
  readonly metric: string
  readonly unit: 'ms' | '/s'
  /** Undefined if nothing was measured. */
  readonly before: Figure | undefined
  readonly after: Figure | undefined
  readonly change: Change
}

/** The median and the range of the repetitions. */
export interface Figure {
  readonly median: number
  readonly range: Range
  readonly repetitions: number
}

/** Compares the channels that both runs have. */
export function compareResults(before: Results, after: Results): Comparison[] {
  return CHANNELS.flatMap((channel) => {
    const [stepsBefore, stepsAfter] = [before, after].map(({ steps }) =>
      steps.filter((step) => step.channel === channel),
    )
    if (!stepsBefore?.length || !stepsAfter?.length) return []
    return METRICS.map(({ name, unit, better, of }) => {
      const figures = { before: figureOf(stepsBefore.map(of)), after: figureOf(stepsAfter.map(of)) }
      return { channel, metric: name, unit, ...figures, change: changeOf(figures, better, unit) }
    })
  })
}

/** The reasons why the figures cannot be compared, one line each. */
export function reasonsNotToCompare(before: Results, after: Results): string[] {
  const differences = ([name, one, other]: readonly [string, string, string]) =>
    one === other ? [] : [`the ${name} differs: ${one} and ${other}`]
  const pairs: (readonly [string, string, string])[] = [
    ['profile', before.run.profile, after.run.profile],
    ['load', loadOf(before), loadOf(after)],
  ]
  const unusable = [before, after].flatMap(({ run, verdict }) => [
    ...(run.ending === 'complete' ? [] : [`${run.id} is partial: ${run.reason}`]),
    ...(verdict.status === 'INVALID' ? [`${run.id} is INVALID: ${verdict.headline}`] : []),
  ])
  const reasons = [...unusable, ...pairs.flatMap(differences)]
  const isSame = reasons.length === 0 && before.run.id === after.run.id
  return isSame ? [`both files have the results of the run ${before.run.id}`] : reasons
}

function loadOf({ steps }: Results): string {
  const loads = steps.map(({ ratePerSecond, clients, arrivals, warmupMs, measuredMs }) =>
    clients === undefined ? `${ratePerSecond}/s ${arrivals}, ${warmupMs}+${measuredMs} ms` : `${clients} clients`,
  )
  return [...new Set(loads)].sort().join('; ')
}

/** A repetition without samples makes the figure unknown. */
function figureOf(measuredValues: readonly (number | undefined)[]): Figure | undefined {
  const values = measuredValues.filter((value) => value !== undefined)
  if (values.length < measuredValues.length) return undefined
  return { median: median(values), range: rangeOf(values), repetitions: values.length }
}

/** A change counts only if it exceeds the variation of the figure in both runs. */
function changeOf(
  { before, after }: Pick<Comparison, 'before' | 'after'>,
  better: 'less' | 'more',
  unit: 'ms' | '/s',
): Change {
  if (before === undefined || after === undefined) return 'unknown'
  const worseBy = (after.median - before.median) * (better === 'less' ? 1 : -1)
  if (Math.min(before.repetitions, after.repetitions) < MIN_REPETITIONS) return 'unknown'
  const width = ({ range: [lowest, highest] }: Figure) => highest - lowest
  const minChange = Math.max(MIN_CHANGE_SHARE * before.median, unit === 'ms' ? MIN_CHANGE_MS : 0)
  if (Math.abs(worseBy) <= Math.max(width(before), width(after), minChange)) return 'same'
  return worseBy > 0 ? 'regression' : 'improvement'
}
