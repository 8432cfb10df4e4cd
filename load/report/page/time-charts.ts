import { CHANNEL_LOOKS } from '@ecommerce/look/channels'
import { type ChartSpec, DASHED, DOTTED, type Line } from '@ecommerce/look/chart-spec'
import { formatAxisMs, formatCount } from '@ecommerce/look/format'
import { linearRange, logRange, logTicks } from '@ecommerce/look/scales'
import { phaseBands } from '../../pages/phase-bands'
import type { Channel, Second, StepResult } from '../../results'

export const TIME_CHARTS = { throughput, latency, backlog, processor, outbox }

/** A measure of one step over time. All steps have the same scale, so that readers can compare them. */
type TimeChart = (step: StepResult, all: readonly StepResult[]) => ChartSpec

function throughput(step: StepResult, all: readonly StepResult[]): ChartSpec {
  const seconds = all.flatMap(({ series }) => series)
  return chartOf(
    step,
    all,
    'orders/s',
    linearRange(seconds.flatMap((second) => [second.offered, second.accepted, second.committed])),
    [
      {
        label: 'offered',
        values: valuesOf(step, ({ offered }) => offered),
        color: '--muted',
        dash: DOTTED,
        width: 1.4,
      },
      {
        label: 'accepted',
        values: valuesOf(step, ({ accepted }) => accepted),
        color: '--ink',
        dash: DASHED,
        width: 1.2,
      },
      { label: 'committed', values: valuesOf(step, ({ committed }) => committed), color: colorOfChannel(step.channel) },
    ],
  )
}

function latency(step: StepResult, all: readonly StepResult[]): ChartSpec {
  const range = logRange(
    all.flatMap(({ series }) =>
      series.flatMap((second) => [
        second.responseP50Ms ?? 0,
        second.responseP99Ms ?? 0,
        second.commitP50Ms ?? 0,
        second.commitP99Ms ?? 0,
      ]),
    ),
  )
  const spec = chartOf(step, all, 'ms', range, [
    {
      label: 'response p50',
      values: valuesOf(step, ({ responseP50Ms }) => responseP50Ms),
      color: '--muted',
      dash: DASHED,
      width: 1.4,
    },
    { label: 'response p99', values: valuesOf(step, ({ responseP99Ms }) => responseP99Ms), color: '--ink', width: 1.4 },
    {
      label: 'commit p50',
      values: valuesOf(step, ({ commitP50Ms }) => commitP50Ms),
      color: colorOfChannel(step.channel),
      dash: DASHED,
    },
    {
      label: 'commit p99',
      values: valuesOf(step, ({ commitP99Ms }) => commitP99Ms),
      color: colorOfChannel(step.channel),
    },
  ])
  return { ...spec, yAxis: { ...spec.yAxis, format: formatAxisMs, ticks: logTicks(range, 9), isLogarithmic: true } }
}

function backlog(step: StepResult, all: readonly StepResult[]): ChartSpec {
  const brokerBacklog = ({ shop }: Second) => shop?.consumerLag ?? shop?.queueDepth
  const values = all.flatMap(({ series }) =>
    series.flatMap((second) => [second.backlog, second.inFlight, brokerBacklog(second) ?? 0]),
  )
  const broker = { sync: undefined, kafka: 'consumer lag', rabbitmq: 'queue depth' }[step.channel]
  return chartOf(step, all, 'orders', linearRange(values), [
    {
      label: 'in flight',
      values: valuesOf(step, ({ inFlight }) => inFlight),
      color: '--muted',
      dash: DOTTED,
      width: 1.4,
    },
    ...(broker !== undefined && step.series.some((second) => brokerBacklog(second) !== undefined)
      ? [{ label: broker, values: valuesOf(step, brokerBacklog), color: '--ink', dash: DASHED, width: 1.2 }]
      : []),
    { label: 'backlog', values: valuesOf(step, (second) => second.backlog), color: colorOfChannel(step.channel) },
  ])
}

function processor(step: StepResult, all: readonly StepResult[]): ChartSpec {
  return shopMeasure(step, all, { label: 'CPU', unit: '% of a core', value: ({ shop }) => shop?.cpuPercent })
}

function outbox(step: StepResult, all: readonly StepResult[]): ChartSpec {
  return shopMeasure(step, all, { label: 'outbox', unit: 'events', value: ({ shop }) => shop?.outboxPending })
}

interface ShopMeasure {
  readonly label: string
  readonly unit: string
  readonly value: (second: Second) => number | undefined
}

/** A chart of one measure that the shop reports. */
function shopMeasure(step: StepResult, all: readonly StepResult[], { label, unit, value }: ShopMeasure): ChartSpec {
  const range = linearRange(all.flatMap(({ series }) => series.map((second) => value(second) ?? 0)))
  return chartOf(step, all, unit, range, [
    { label, values: valuesOf(step, value), color: colorOfChannel(step.channel) },
  ])
}

function chartOf(
  step: StepResult,
  all: readonly StepResult[],
  unit: string,
  range: ChartSpec['yAxis']['range'],
  lines: Line[],
): ChartSpec {
  const longest = Math.max(1, ...all.flatMap(({ series }) => series.map(({ second }) => second)))
  return {
    x: step.series.map(({ second }) => second),
    xAxis: { label: 'seconds', range: [0, longest], format: (second) => String(second) },
    yAxis: { label: unit, range, format: formatCount },
    lines,
    bands: phaseBands(step.series),
    syncKey: 'seconds',
  }
}

function valuesOf({ series }: StepResult, value: (second: Second) => number | undefined): (number | null)[] {
  return series.map((second) => value(second) ?? null)
}

function colorOfChannel(channel: Channel): string {
  return CHANNEL_LOOKS[channel].color
}

export function isTimeChart(name: string | undefined): name is keyof typeof TIME_CHARTS {
  return name !== undefined && name in TIME_CHARTS
}

TIME_CHARTS satisfies Readonly<Record<string, TimeChart>>
