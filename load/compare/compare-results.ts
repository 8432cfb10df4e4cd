import { median, spreadOf } from '../measure/quantile'
import { CHANNELS, type Channel, type Results, type Spread, type StepResult } from '../results'

/** With fewer, nobody knows how much a figure varies by itself. */
const LEAST_REPETITIONS = 3
/** Of a change that small nobody would know, however steady the figures were. */
const LEAST_CHANGE_MS = 1
const LEAST_CHANGE_SHARE = 0.05

export const METRICS = [
  { name: 'answer p50', unit: 'ms', better: 'less', of: (step: StepResult) => step.latencies.response.p50Ms },
  { name: 'answer p99', unit: 'ms', better: 'less', of: (step: StepResult) => step.latencies.response.p99Ms },
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

/** The median of the repetitions and their spread. */
export interface Figure {
  readonly median: number
  readonly spread: Spread
  readonly repetitions: number
}

/** Of channels that both have. */
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

/** Why figures cannot be held against each other: a line each. */
export function incomparable(before: Results, after: Results): string[] {
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
  return { median: median(values), spread: spreadOf(values), repetitions: values.length }
}

/** A change counts when it exceeds what the figure varied by on either side. */
function changeOf(worseBy: number, { before, after }: { before: Figure; after: Figure }, unit: 'ms' | '/s'): Change {
  if (Math.min(before.repetitions, after.repetitions) < LEAST_REPETITIONS) return 'unknown'
  const width = ({ spread: [least, greatest] }: Figure) => greatest - least
  const leastChange = Math.max(LEAST_CHANGE_SHARE * before.median, unit === 'ms' ? LEAST_CHANGE_MS : 0)
  if (Math.abs(worseBy) <= Math.max(width(before), width(after), leastChange)) return 'same'
  return worseBy > 0 ? 'regression' : 'improvement'
}
