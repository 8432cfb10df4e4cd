import type { Objectives } from '../command-line/options'
import { formatCount, milliseconds } from '../look/format'
import type { ChannelResult, Finding, Reconciliation, RunFacts, Spread, StepResult, Verdict } from '../results'

export interface Judged {
  readonly ending: RunFacts['ending']
  readonly reason?: string
  readonly channels: readonly ChannelResult[]
  /** Those that the channels are made of: a search has others, which are meant to fail. */
  readonly steps: readonly StepResult[]
  readonly reconciliation: Reconciliation
  readonly objectives: Objectives
}

/** One sentence for people. */
export function headlineOf(status: Verdict['status'], findings: readonly Finding[], judged: Judged): string {
  const missed = findings.filter(({ holds }) => !holds)
  if (status === 'PASS') return `${booksHold(judged)}${comparison(judged.channels)}.`
  if (status === 'INVALID') {
    const [first] = missed.filter(({ gate }) => gate === 'validity')
    return `Nothing here may be used: ${first?.detail ?? 'the run is invalid'}.`
  }
  const broken = missed.filter(({ gate }) => gate === 'reconciliation')
  if (broken.length > 0) return `The books do not add up: ${broken.map(({ detail }) => detail).join('; ')}.`
  return `${booksHold(judged)}, but ${missed.map(({ name, detail }) => `${name} is ${detail}`).join('; ')}.`
}

function booksHold({ reconciliation }: Judged): string {
  const accepted = reconciliation.orders.reduce((total, books) => total + books.accepted, 0)
  return `Nothing was lost, doubled or oversold in ${formatCount(accepted)} orders`
}

/** Says who is first only where every repetition of it was faster than every one of the others. */
function comparison(channels: readonly ChannelResult[]): string {
  if (channels.length < 2 || channels.some(({ repetitions }) => repetitions < 2)) return ''
  const answers = firstBy(channels, ({ spread }) => spread.responseP99Ms)
  const commits = firstBy(channels, ({ spread }) => spread.committedP99Ms)
  const p99 = (latency: 'response' | 'committed', channel: ChannelResult) =>
    milliseconds(channel.latencies[latency].p99Ms)
  return [
    answers === undefined
      ? '; no channel clearly answers first'
      : `; ${answers.channel} answers first (p99 ${p99('response', answers)})`,
    commits === undefined
      ? ', none clearly commits first'
      : `, ${commits.channel} commits first (p99 ${p99('committed', commits)})`,
  ].join('')
}

function firstBy(
  channels: readonly ChannelResult[],
  spread: (channel: ChannelResult) => Spread,
): ChannelResult | undefined {
  return channels.find((candidate) =>
    channels.every((other) => other === candidate || spread(candidate)[1] < spread(other)[0]),
  )
}
