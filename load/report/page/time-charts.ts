import { CHANNEL_LOOKS } from '../../look/channel-look'
import { formatCount } from '../../look/format'
import type { Band, ChartSpec, Line } from '../../look/page/chart-spec'
import { linearRange, logRange, logTicks } from '../../look/page/scales'
import type { Channel, Second, StepResult } from '../../results'
import { formatAxisMs } from './percentile-curves'

export const TIME_CHARTS = { throughput, latency, backlog, processor, outbox }

/** A measure of one step over time, on the scales of all steps so that they can be compared by eye. */
type TimeChart = (step: StepResult, all: readonly StepResult[]) => ChartSpec

const DOTTED = [2, 3]
const DASHED = [6, 4]

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
        second.committedP50Ms ?? 0,
        second.committedP99Ms ?? 0,
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
      values: valuesOf(step, ({ committedP50Ms }) => committedP50Ms),
      color: colorOfChannel(step.channel),
      dash: DASHED,
    },
    {
      label: 'commit p99',
      values: valuesOf(step, ({ committedP99Ms }) => committedP99Ms),
      color: colorOfChannel(step.channel),
    },
  ])
  return { ...spec, yAxis: { ...spec.yAxis, format: formatAxisMs, ticks: logTicks(range, 9), isLogarithmic: true } }
}

function backlog(step: StepResult, all: readonly StepResult[]): ChartSpec {
  const waiting = ({ shop }: Second) => shop?.consumerLag ?? shop?.queueDepth
  const values = all.flatMap(({ series }) =>
    series.flatMap((second) => [second.backlog, second.inFlight, waiting(second) ?? 0]),
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
    ...(broker !== undefined && step.series.some((second) => waiting(second) !== undefined)
      ? [{ label: broker, values: valuesOf(step, waiting), color: '--ink', dash: DASHED, width: 1.2 }]
      : []),
    { label: 'backlog', values: valuesOf(step, (second) => second.backlog), color: colorOfChannel(step.channel) },
  ])
}

function processor(step: StepResult, all: readonly StepResult[]): ChartSpec {
  return ofShop(step, all, { label: 'processor', unit: '% of a core', value: ({ shop }) => shop?.cpuPercent })
}

function outbox(step: StepResult, all: readonly StepResult[]): ChartSpec {
  return ofShop(step, all, { label: 'outbox', unit: 'events', value: ({ shop }) => shop?.outboxPending })
}

interface ShopMeasure {
  readonly label: string
  readonly unit: string
  readonly value: (second: Second) => number | undefined
}

/** One thing that the shop tells about itself. */
function ofShop(step: StepResult, all: readonly StepResult[], { label, unit, value }: ShopMeasure): ChartSpec {
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

/** What is not measured, shaded. */
export function phaseBands(series: readonly Pick<Second, 'second' | 'phase'>[]): Band[] {
  const bands: Band[] = []
  for (const phase of ['warm-up', 'drain'] as const) {
    const seconds = series.filter((second) => second.phase === phase).map(({ second }) => second)
    const [first, last] = [seconds[0], seconds.at(-1)]
    if (first === undefined || last === undefined) continue
    bands.push(
      phase === 'drain' ? { from: first - 0.5, to: last, label: phase } : { from: first, to: last + 0.5, label: phase },
    )
  }
  return bands
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
