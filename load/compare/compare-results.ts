import { median, rangeOf } from '../measure/quantile'
import { CHANNELS, type Channel, type Range, type Results, type StepResult } from '../results'

/** With fewer repetitions, nobody knows how much a figure varies from run to run. */
const MIN_REPETITIONS = 3
/** Smaller changes do not matter, however steady the figures are. */
const MIN_CHANGE_MS = 1
const MIN_CHANGE_SHARE = 0.05

export const METRICS = [
  { name: 'response p50', unit: 'ms', better: 'less', of: (step: StepResult) => step.latencies.response.p50Ms },
  { name: 'response p99', unit: 'ms', better: 'less', of: (step: StepResult) => step.latencies.response.p99Ms },
  { name: 'commit p50', unit: 'ms', better: 'less', of: (step: StepResult) => step.latencies.committed.p50Ms },
  { name: 'commit p99', unit: 'ms', better: 'less', of: (step: StepResult) => step.latencies.committed.p99Ms },
  { name: 'committed', unit: '/s', better: 'more', of: (step: StepResult) => step.rates.committedPerSecond },
] as const

export type Change = 'regression' | 'improvement' | 'same' | 'unknown'

export interface Comparison {
  readonly channel: Channel
  readonly metric: string
  readonly unit: string
  readonly before: Figure
  readonly after: Figure
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
      const worseBy = (figures.after.median - figures.before.median) * (better === 'less' ? 1 : -1)
      return { channel, metric: name, unit, ...figures, change: changeOf(worseBy, figures, unit) }
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
  return [...unusable, ...pairs.flatMap(differences)]
}

function loadOf({ steps }: Results): string {
  const loads = steps.map(({ ratePerSecond, clients, arrivals, warmupMs, measuredMs }) =>
    clients === undefined ? `${ratePerSecond}/s ${arrivals}, ${warmupMs}+${measuredMs} ms` : `${clients} clients`,
  )
  return [...new Set(loads)].sort().join('; ')
}

function figureOf(values: readonly number[]): Figure {
  return { median: median(values), range: rangeOf(values), repetitions: values.length }
}

/** A change counts only if it exceeds the variation of the figure in both runs. */
function changeOf(worseBy: number, { before, after }: { before: Figure; after: Figure }, unit: 'ms' | '/s'): Change {
  if (Math.min(before.repetitions, after.repetitions) < MIN_REPETITIONS) return 'unknown'
  const width = ({ range: [lowest, highest] }: Figure) => highest - lowest
  const minChange = Math.max(MIN_CHANGE_SHARE * before.median, unit === 'ms' ? MIN_CHANGE_MS : 0)
  if (Math.abs(worseBy) <= Math.max(width(before), width(after), minChange)) return 'same'
  return worseBy > 0 ? 'regression' : 'improvement'
}
