import { CHANNEL_LOOKS } from '@ecommerce/look/channels'
import { type ChartSpec, DASHED, DOTTED, type Line } from '@ecommerce/look/chart-spec'
import { formatAxisMs, formatCount } from '@ecommerce/look/format'
import { linearRange, logRange, logTicks } from '@ecommerce/look/scales'
import type { PlannedStep } from '../../load-plan'
import { phaseBands } from '../../pages/phase-bands'
import type { LiveProgress } from '../live-view'

/** The charts of the running step, by the names of their places in the page. */
export function liveCharts(step: PlannedStep, seconds: readonly LiveProgress[]): Readonly<Record<string, ChartSpec>> {
  const color = CHANNEL_LOOKS[step.channel].color
  const values = (of: (second: LiveProgress) => number | undefined) => seconds.map((second) => of(second) ?? null)
  const latencies = logRange(
    seconds.flatMap(({ responseP50Ms, responseP99Ms }) => [responseP50Ms ?? 0, responseP99Ms ?? 0]),
  )
  const counts = (of: (second: LiveProgress) => readonly number[]) => linearRange(seconds.flatMap(of))
  const latency = chartOf(step, seconds, 'ms', latencies, [
    { label: 'p50', values: values((second) => second.responseP50Ms), color, dash: DASHED },
    { label: 'p99', values: values((second) => second.responseP99Ms), color },
  ])
  return {
    throughput: chartOf(
      step,
      seconds,
      'requests/s',
      counts(({ offered, accepted }) => [offered, accepted]),
      [
        { label: 'offered', values: values(({ offered }) => offered), color: '--muted', dash: DOTTED, width: 1.4 },
        {
          label: 'failed or dropped',
          values: values(({ failed, dropped }) => failed + dropped),
          color: '--bad',
          width: 1.4,
        },
        { label: 'accepted', values: values(({ accepted }) => accepted), color },
      ],
    ),
    latency: {
      ...latency,
      yAxis: { ...latency.yAxis, format: formatAxisMs, ticks: logTicks(latencies, 9), isLogarithmic: true },
    },
    backlog: chartOf(
      step,
      seconds,
      'orders',
      counts(({ inFlight, backlog }) => [inFlight, backlog ?? 0]),
      [
        { label: 'in flight', values: values(({ inFlight }) => inFlight), color: '--muted', dash: DOTTED, width: 1.4 },
        { label: 'backlog', values: values(({ backlog }) => backlog), color },
      ],
    ),
  }
}

function chartOf(
  step: PlannedStep,
  seconds: readonly LiveProgress[],
  unit: string,
  range: ChartSpec['yAxis']['range'],
  lines: readonly Line[],
): ChartSpec {
  const x = seconds.map(({ elapsedMs }) => Math.round(elapsedMs / 1000))
  const planned = (step.warmupMs + (step.measuredMs ?? 20_000)) / 1000
  return {
    x,
    xAxis: { label: 'seconds', range: [0, Math.max(planned, x.at(-1) ?? 0)], format: (second) => String(second) },
    yAxis: { label: unit, range, format: formatCount },
    lines,
    bands: phaseBands(seconds.map(({ phase }, index) => ({ phase, second: x[index] ?? 0 }))),
    syncKey: 'live',
  }
}
