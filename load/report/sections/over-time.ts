import { channelName } from '../../look/channel-look'
import { chartFigure, chartSlot } from '../../look/chart-slot'
import { formatCount, formatMs, formatRate } from '../../look/format'
import { type Html, html } from '../../look/html'
import { channelLabel } from '../../look/table'
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
${repetitionChoice(recorded, saturation === undefined ? 'Repetition' : 'Rate, as tried')}
${chartFigure(
  row(
    'throughput',
    (seconds) =>
      `offered ${perSecond(seconds, 'offered')}, accepted ${perSecond(seconds, 'accepted')}, committed ${perSecond(seconds, 'committed')} a second on average`,
  ),
  'Throughput, orders per second. Warm-up and drain are shaded; only what lies between them is measured.',
)}
${chartFigure(
  row(
    'latency',
    (seconds) =>
      `greatest p99 of a second: response ${greatest(seconds, 'responseP99Ms')}, commit ${greatest(seconds, 'committedP99Ms')}`,
  ),
  'Latency second by second, on one logarithmic scale: the median and the 99th percentile of each second, of the response and of the commit.',
)}
${chartFigure(
  row(
    'backlog',
    (seconds) => `greatest backlog ${formatCount(Math.max(0, ...seconds.map(({ backlog }) => backlog)))} orders`,
  ),
  'Backlog: orders accepted and not yet committed, beside what the broker itself says is waiting, and requests in flight.',
)}
${
  tells(recorded, 'cpuPercent') &&
  chartFigure(
    row('processor', (seconds) => `at most ${formatCount(most(seconds, 'cpuPercent'))} % of a core`),
    'What the process that was asked used of a processor: 100 % is one core. Brokers and MySQL are not in it.',
  )
}
${
  tells(recorded, 'outboxPending') &&
  chartFigure(
    row('outbox', (seconds) => `at most ${formatCount(most(seconds, 'outboxPending'))} events`),
    'Events that wait in the outbox for Kafka. Under load orders go first, and events leave once a second.',
  )
}
</section>
`
}

/** Without scripts the first repetition is all there is to see, and the choice stays hidden. */
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

function perSecond(seconds: readonly Second[], of: 'offered' | 'accepted' | 'committed'): string {
  const measured = seconds.filter(({ phase }) => phase === 'measured')
  return formatRate(measured.reduce((sum, second) => sum + second[of], 0) / Math.max(1, measured.length))
}

type ShopMeasure = 'cpuPercent' | 'outboxPending'

/** A shop need not tell it, as one whose /metrics nobody may read. */
function tells(steps: readonly StepResult[], of: ShopMeasure): boolean {
  return steps.some(({ series }) => series.some(({ shop }) => shop?.[of] !== undefined))
}

function most(seconds: readonly Second[], of: ShopMeasure): number {
  return Math.max(0, ...seconds.flatMap(({ shop }) => shop?.[of] ?? []))
}

function greatest(seconds: readonly Second[], of: 'responseP99Ms' | 'committedP99Ms'): string {
  const values = seconds.flatMap((second) => second[of] ?? [])
  return values.length === 0 ? 'not measured' : `${formatMs(Math.max(...values))} ms`
}
