import { formatCount, formatLatency } from '@ecommerce/look/format'
import type { Objectives } from '../command-line/options'
import type { Channel, ChannelResult, Finding, Range, Reconciliation, RunFacts, StepResult, Verdict } from '../results'

/** Everything that decides the verdict of a run. */
export interface MeasuredRun {
  readonly ending: RunFacts['ending']
  readonly reason?: string
  readonly channels: readonly ChannelResult[]
  /** The steps that the channel results summarize. A search has more steps, which are meant to fail. */
  readonly steps: readonly StepResult[]
  readonly reconciliation: Reconciliation
  readonly objectives: Objectives
}

/** The verdict in one sentence for readers. */
export function headlineOf(status: Verdict['status'], findings: readonly Finding[], run: MeasuredRun): string {
  const failed = findings.filter(({ holds }) => !holds)
  if (status === 'PASS') return `${nothingLost(run)}${fastestChannels(run.channels)}.`
  if (status === 'INVALID') {
    const [first] = failed.filter(({ gate }) => gate === 'validity')
    return `Do not use these figures: ${first?.detail ?? 'the run is not valid'}.`
  }
  const broken = failed.filter(({ gate }) => gate === 'reconciliation')
  if (broken.length > 0) return `The reconciliation failed: ${broken.map(({ detail }) => detail).join('; ')}.`
  return `${nothingLost(run)}, but ${failed.map(({ name, detail }) => `${name} is ${detail}`).join('; ')}.`
}

function nothingLost({ reconciliation }: MeasuredRun): string {
  const accepted = reconciliation.orders.reduce((total, balance) => total + balance.accepted, 0)
  return `Nothing was lost, doubled or oversold in ${formatCount(accepted)} orders`
}

const SUBJECTS: Readonly<Record<Channel, string>> = {
  sync: 'the synchronous channel',
  kafka: 'Kafka',
  rabbitmq: 'RabbitMQ',
}

/** Calls a channel fastest only if each of its repetitions was faster than each repetition of the others. */
function fastestChannels(channels: readonly ChannelResult[]): string {
  if (channels.length < 2 || channels.some(({ repetitions }) => repetitions < 2)) return ''
  const responds = fastestBy(channels, ({ range }) => range.responseP99Ms)
  const commits = fastestBy(channels, ({ range }) => range.committedP99Ms)
  return [
    responds === undefined
      ? '; no channel clearly responds fastest'
      : `; ${SUBJECTS[responds.channel]} responds fastest (p99 ${formatLatency(responds.latencies.response.p99Ms)})`,
    commits === undefined
      ? ', none clearly commits fastest'
      : `, ${SUBJECTS[commits.channel]} commits fastest (p99 ${formatLatency(commits.latencies.committed.p99Ms)})`,
  ].join('')
}

function fastestBy(
  channels: readonly ChannelResult[],
  rangeOf: (channel: ChannelResult) => Range,
): ChannelResult | undefined {
  return channels.find((candidate) =>
    channels.every((other) => other === candidate || rangeOf(candidate)[1] < rangeOf(other)[0]),
  )
}
