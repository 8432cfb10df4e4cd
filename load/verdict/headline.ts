import { formatCount, formatLatency, plural } from '@ecommerce/look/format'
import type { Objectives } from '../command-line/options'
import { addCounts } from '../measure/count-requests'
import type { Channel, ChannelResult, Finding, Range, Reconciliation, RunFacts, StepResult, Verdict } from '../results'
import { causesText } from './causes-text'
import { NOT_MEASURED } from './objectives'

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
  if (acceptedOf(run) === 0) return `${nothingLost(run)}.`
  return `${nothingLost(run)}, but ${failed.map(missed).join('; ')}.`
}

function missed({ name, detail }: Finding): string {
  const [is, was] = name.endsWith('requests') ? ['are', 'were'] : ['is', 'was']
  return `${name} ${detail.startsWith(NOT_MEASURED) ? was : is} ${detail}`
}

function acceptedOf({ reconciliation }: MeasuredRun): number {
  return reconciliation.orders.reduce((total, { accepted }) => total + accepted, 0)
}

function nothingLost(run: MeasuredRun): string {
  const accepted = acceptedOf(run)
  if (accepted > 0) return `Nothing was lost, doubled or oversold in ${plural(accepted, 'order')}`
  const { offered, failed, refused, failures, refusals } = addCounts(run.channels.map(({ requests }) => requests))
  const all = `of ${plural(offered, 'request')}`
  const reasons = [
    ...(failed > 0 ? [`${formatCount(failed)} ${all} failed (${causesText(failures)})`] : []),
    ...(refused > 0
      ? [`${formatCount(refused)} ${all} ${refused === 1 ? 'was' : 'were'} refused (${causesText(refusals)})`]
      : []),
  ]
  return ['No order was accepted', reasons.join(', ')].filter((part) => part !== '').join(': ')
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
  const commits = fastestBy(channels, ({ range }) => range.commitP99Ms)
  return [
    responds === undefined
      ? '; no channel clearly responds fastest'
      : `; ${SUBJECTS[responds.channel]} responds fastest (p99 ${formatLatency(responds.latencies.response.p99Ms)})`,
    commits === undefined
      ? ', none clearly commits fastest'
      : `, ${SUBJECTS[commits.channel]} commits fastest (p99 ${formatLatency(commits.latencies.commit.p99Ms)})`,
  ].join('')
}

function fastestBy(
  channels: readonly ChannelResult[],
  rangeOf: (channel: ChannelResult) => Range,
): ChannelResult | undefined {
  // Without samples, a range is 0 and says nothing.
  const wasMeasured = channels.every((channel) => rangeOf(channel)[0] > 0)
  if (!wasMeasured) return undefined
  return channels.find((candidate) =>
    channels.every((other) => other === candidate || rangeOf(candidate)[1] < rangeOf(other)[0]),
  )
}
