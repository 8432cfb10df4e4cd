import { channelName } from '@ecommerce/look/channels'
import { formatMs, formatPercent, formatRate, plural } from '@ecommerce/look/format'
import { chartFigure, chartSlot } from '../../pages/chart-slot'
import { type Html, html } from '../../pages/html'
import { channelLabel } from '../../pages/table'
import type { Channel, Results, Second, StepResult } from '../../results'

export function overTimeSection({ channels, steps, saturation }: Results): Html | false {
  const recorded = steps.filter(({ series }) => series.length > 0)
  if (recorded.length === 0) return false
  const measured = channels
    .map(({ channel }) => channel)
    .filter((name) => recorded.some(({ channel }) => channel === name))
  const row = (chart: string, inWords: (seconds: readonly Second[]) => string) =>
    measured.map((channel) =>
      chartSlot({ chart, channel, title: channelLabel(channel), summary: summaryOf(channel, recorded, inWords) }),
    )
  return html`<section aria-labelledby="over-time"><h2 id="over-time">Over time</h2>
${repetitionChoice(recorded, saturation === undefined ? 'Repetition' : 'Attempt')}
${chartFigure(
  row(
    'throughput',
    (seconds) =>
      `${meanRate(seconds, 'offered')} offered, ${meanRate(seconds, 'accepted')} accepted and ${meanRate(seconds, 'committed')} committed per second on average`,
  ),
  'Throughput in orders per second. Warm-up and drain are shaded and not measured.',
)}
${chartFigure(
  row(
    'latency',
    (seconds) =>
      `highest p99 of a second: response ${highest(seconds, 'responseP99Ms')}, commit ${highest(seconds, 'commitP99Ms')}`,
  ),
  'Latency of each second, on one logarithmic scale: median and 99th percentile of response and commit.',
)}
${chartFigure(
  row(
    'backlog',
    (seconds) => `maximum backlog ${plural(Math.max(0, ...seconds.map(({ backlog }) => backlog)), 'order')}`,
  ),
  'Backlog: orders that are accepted and not yet committed. For comparison: the backlog that the broker reports, and the requests in flight.',
)}
${
  isReported(recorded, 'cpuPercent') &&
  chartFigure(
    row('processor', (seconds) => `at most ${formatPercent(maximum(seconds, 'cpuPercent'))} of a core`),
    'CPU time of the process that serves /metrics: 100 % is one core. Brokers and MySQL are not included.',
  )
}
${
  isReported(recorded, 'outboxPending') &&
  chartFigure(
    row('outbox', (seconds) => `at most ${plural(maximum(seconds, 'outboxPending'), 'event')}`),
    'Events in the outbox that are not yet published to Kafka. Under load orders have priority, and the relay publishes once a second.',
  )
}
</section>
`
}

/** Hidden without scripts: then the page shows only the first repetition. */
function repetitionChoice(steps: readonly StepResult[], legend: string): Html | false {
  const repetitions = [...new Set(steps.map(({ repetition }) => repetition))].sort((a, b) => a - b)
  if (repetitions.length < 2) return false
  return html`<fieldset class="choice needs-script" hidden><legend>${legend}</legend>${repetitions.map(
    (repetition, index) =>
      html`<label><input type="radio" name="repetition" value="${repetition}"${index === 0 && html` checked`}><span>${repetition}</span></label>`,
  )}</fieldset>`
}

function summaryOf(
  channel: Channel,
  steps: readonly StepResult[],
  inWords: (seconds: readonly Second[]) => string,
): string {
  const first = steps.find((step) => step.channel === channel)
  return `${channelName(channel)}, repetition ${first?.repetition ?? 1}: ${inWords(first?.series ?? [])}.`
}

function meanRate(seconds: readonly Second[], of: 'offered' | 'accepted' | 'committed'): string {
  const measured = seconds.filter(({ phase }) => phase === 'measured')
  return formatRate(measured.reduce((sum, second) => sum + second[of], 0) / Math.max(1, measured.length))
}

type ShopMeasure = 'cpuPercent' | 'outboxPending'

/** A shop need not report it, for example if its /metrics are not public. */
function isReported(steps: readonly StepResult[], of: ShopMeasure): boolean {
  return steps.some(({ series }) => series.some(({ shop }) => shop?.[of] !== undefined))
}

function maximum(seconds: readonly Second[], of: ShopMeasure): number {
  return Math.max(0, ...seconds.flatMap(({ shop }) => shop?.[of] ?? []))
}

function highest(seconds: readonly Second[], of: 'responseP99Ms' | 'commitP99Ms'): string {
  const values = seconds.flatMap((second) => second[of] ?? [])
  return values.length === 0 ? 'not measured' : `${formatMs(Math.max(...values))} ms`
}
