import {
  formatBytes,
  formatCount,
  formatDuration,
  formatMs,
  formatPercent,
  formatRate,
  formatShare,
  plural,
} from '@ecommerce/look/format'
import { type Html, html } from '../../pages/html'
import { channelLabel, figure, numberColumn, table } from '../../pages/table'
import type { ShopSample, StepResult } from '../../results'

export function repetitionsSection(steps: readonly StepResult[]): Html | false {
  if (steps.length === 0) return false
  return html`<section aria-labelledby="repetitions"><h2 id="repetitions">All repetitions</h2>
${stepTable(steps)}
<details${steps.some(({ generator }) => !generator.isValid) && html` open`}><summary>Health of the load generator</summary>${generatorTable(steps)}</details>
${steps.some(({ series }) => series.some(({ shop }) => shop)) && html`<details><summary>The shop during the measurement</summary>${shopTable(steps)}</details>`}
</section>
`
}

function stepTable(steps: readonly StepResult[]): Html {
  return table(
    'Repetitions in the order of execution.',
    [
      { heading: 'step' },
      { heading: 'arrivals' },
      numberColumn('measured'),
      numberColumn('offered/s'),
      numberColumn('accepted/s'),
      numberColumn('committed/s'),
      numberColumn('response p50, ms'),
      numberColumn('response p99, ms'),
      numberColumn('commit p99, ms'),
      numberColumn('failed'),
      numberColumn('drain time'),
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
      figure(step.latencies.commit.count > 0 ? step.latencies.commit.p99Ms : undefined, formatMs),
      figure(step.requests.failed, formatCount),
      figure(step.drainMs, formatDuration),
    ]),
  )
}

function generatorTable(steps: readonly StepResult[]): Html {
  return table(
    'Send delay: from the time a request was due until the generator started to send it. CPU of the generator: 100 % is one core.',
    [
      { heading: 'step' },
      { heading: 'valid' },
      numberColumn('send delay p99, ms'),
      numberColumn('send delay max, ms'),
      numberColumn('event loop p99, ms'),
      numberColumn('CPU'),
      numberColumn('dropped'),
    ],
    steps.map((step) => [
      stepLabel(step),
      step.generator.isValid
        ? 'yes'
        : html`<strong class="bad">no</strong><span class="detail reason">${step.generator.reason}</span>`,
      figure(step.generator.sendDelayP99Ms, formatMs),
      figure(step.generator.sendDelayMaxMs, formatMs),
      figure(step.generator.eventLoopP99Ms, formatMs),
      figure(step.generator.cpuPercent, formatPercent),
      figure(step.generator.droppedShare, formatShare),
    ]),
  )
}

function shopTable(steps: readonly StepResult[]): Html {
  return table(
    'Maximum values that the shop reported, including the drain. CPU: 100 % is one core.',
    [
      { heading: 'step' },
      numberColumn('CPU'),
      numberColumn('memory'),
      numberColumn('event loop p99, ms'),
      numberColumn('consumer lag'),
      numberColumn('queue depth'),
      numberColumn('outbox pending'),
      numberColumn('outbox age'),
      numberColumn('dead letters'),
    ],
    steps.map((step) => {
      const max = (name: keyof ShopSample) => maximum(step, name)
      return [
        stepLabel(step),
        figure(max('cpuPercent'), formatPercent),
        figure(max('residentBytes'), formatBytes),
        figure(max('eventLoopP99Ms'), formatMs),
        figure(max('consumerLag'), formatCount),
        figure(max('queueDepth'), formatCount),
        figure(max('outboxPending'), formatCount),
        figure(max('outboxAgeMs'), formatDuration),
        figure(max('deadLetters'), formatCount),
      ]
    }),
  )
}

function stepLabel({ channel, repetition }: StepResult): Html {
  return html`<span class="step">${channelLabel(channel)} ${repetition}</span>`
}

function arrivalsOf({ arrivals, clients }: StepResult): string {
  if (arrivals === 'closed') return clients === undefined ? 'closed' : `closed, ${plural(clients, 'client')}`
  return arrivals === 'poisson' ? 'Poisson' : arrivals
}

function maximum({ series }: StepResult, name: keyof ShopSample): number | undefined {
  const values = series.flatMap(({ shop }) => shop?.[name] ?? [])
  return values.length === 0 ? undefined : Math.max(...values)
}
