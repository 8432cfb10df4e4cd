import { formatBytes, formatCount, formatDuration, formatMs, formatRate, formatShare } from '../../look/format'
import { type Html, html } from '../../look/html'
import { type Column, channelLabel, figure, table } from '../../look/table'
import type { ShopSample, StepResult } from '../../results'

const number = (heading: string): Column => ({ heading, isNumber: true })

export function repetitionsSection(steps: readonly StepResult[]): Html | false {
  if (steps.length === 0) return false
  return html`<section aria-labelledby="repetitions"><h2 id="repetitions">Every repetition</h2>
${stepTable(steps)}
<details${steps.some(({ generator }) => !generator.isValid) && html` open`}><summary>Health of the generator</summary>${generatorTable(steps)}</details>
${steps.some(({ series }) => series.some(({ shop }) => shop)) && html`<details><summary>The shop while it was measured</summary>${shopTable(steps)}</details>`}
</section>
`
}

function stepTable(steps: readonly StepResult[]): Html {
  return table(
    'Repetitions in the order in which they ran.',
    [
      { heading: 'step' },
      { heading: 'arrivals' },
      number('measured'),
      number('offered/s'),
      number('accepted/s'),
      number('committed/s'),
      number('response p50, ms'),
      number('response p99, ms'),
      number('commit p99, ms'),
      number('failed'),
      number('drained after'),
    ],
    steps.map((step) => [
      stepLabel(step),
      arrivalsOf(step),
      figure(step.measuredMs, formatDuration),
      figure(step.rates.offeredPerSecond, formatRate),
      figure(step.rates.acceptedPerSecond, formatRate),
      figure(step.rates.committedPerSecond, formatRate),
      figure(step.latencies.response.count > 0 ? step.latencies.response.p50Ms : undefined, formatMs),
      figure(step.latencies.response.count > 0 ? step.latencies.response.p99Ms : undefined, formatMs),
      figure(step.latencies.committed.count > 0 ? step.latencies.committed.p99Ms : undefined, formatMs),
      figure(step.requests.failed, formatCount),
      figure(step.drainMs, formatDuration),
    ]),
  )
}

function generatorTable(steps: readonly StepResult[]): Html {
  return table(
    'How late requests were sent, and what the generator itself used. CPU is of one core.',
    [
      { heading: 'step' },
      { heading: 'valid' },
      number('late p99, ms'),
      number('late max, ms'),
      number('event loop p99, ms'),
      number('CPU'),
      number('dropped'),
    ],
    steps.map((step) => [
      stepLabel(step),
      step.generator.isValid
        ? 'yes'
        : html`<strong class="bad">no</strong><span class="detail reason">${step.generator.reason}</span>`,
      figure(step.generator.latenessP99Ms, formatMs),
      figure(step.generator.latenessMaxMs, formatMs),
      figure(step.generator.eventLoopP99Ms, formatMs),
      figure(step.generator.cpuPercent, formatPercent),
      figure(step.generator.droppedShare, formatShare),
    ]),
  )
}

function shopTable(steps: readonly StepResult[]): Html {
  return table(
    'Greatest values that the shop told about itself, drain included. CPU is of one core.',
    [
      { heading: 'step' },
      number('CPU'),
      number('memory'),
      number('event loop p99, ms'),
      number('consumer lag'),
      number('queue depth'),
      number('outbox pending'),
      number('outbox age'),
      number('dead letters'),
    ],
    steps.map((step) => {
      const most = (name: keyof ShopSample) => greatest(step, name)
      return [
        stepLabel(step),
        figure(most('cpuPercent'), formatPercent),
        figure(most('residentBytes'), formatBytes),
        figure(most('eventLoopP99Ms'), formatMs),
        figure(most('consumerLag'), formatCount),
        figure(most('queueDepth'), formatCount),
        figure(most('outboxPending'), formatCount),
        figure(most('outboxAgeMs'), formatDuration),
        figure(most('deadLetters'), formatCount),
      ]
    }),
  )
}

function stepLabel({ channel, repetition }: StepResult): Html {
  return html`<span class="step">${channelLabel(channel)} ${repetition}</span>`
}

function arrivalsOf({ arrivals, clients }: StepResult): string {
  if (arrivals === 'closed') return `closed, ${clients ?? '?'} clients`
  return arrivals === 'poisson' ? 'Poisson' : arrivals
}

function greatest({ series }: StepResult, name: keyof ShopSample): number | undefined {
  const values = series.flatMap(({ shop }) => shop?.[name] ?? [])
  return values.length === 0 ? undefined : Math.max(...values)
}

function formatPercent(percent: number): string {
  return `${percent.toFixed(0)} %`
}
