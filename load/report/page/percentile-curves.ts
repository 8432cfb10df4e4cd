import { CHANNEL_LOOKS } from '@ecommerce/look/channels'
import type { ChartSpec } from '@ecommerce/look/chart-spec'
import { formatAxisMs, formatQuantile } from '@ecommerce/look/format'
import { logRange, logTicks } from '@ecommerce/look/scales'
import type { ChannelResult, Latency } from '../../results'

/** The shares of samples that have a label on the axis and a marker on the curves. */
const NOTABLE = [0, 0.5, 0.9, 0.99, 0.999, 0.9999, 0.99999]

/**
 * The curves of all channels in one chart.
 * @param of the latency to show
 * @param all the latencies that share its scale
 */
export function percentileCurves(
  channels: readonly ChannelResult[],
  of: 'response' | 'commit',
  all: readonly ('response' | 'commit')[],
): ChartSpec {
  const curves = channels.map(({ latencies }) => latencies[of].curve)
  const everything = channels.flatMap(({ latencies }) => all.flatMap((kind) => latencies[kind].curve))
  const farthest = Math.max(0.9, ...everything.map(([share]) => share).filter((share) => share < 1))
  const shares = [...new Set([...NOTABLE, ...curves.flatMap((curve) => curve.map(([share]) => share))])]
    .filter((share) => share <= farthest)
    .sort((a, b) => a - b)
  const yRange = logRange(everything.map(([, ms]) => ms))
  return {
    x: shares.map(toPosition),
    xAxis: {
      label: 'percent of orders',
      range: [0, toPosition(farthest) * 1.02],
      ticks: NOTABLE.filter((share) => share > 0 && share <= farthest).map(toPosition),
      format: (position) => formatQuantile(1 - 10 ** -position),
    },
    yAxis: {
      label: 'ms',
      range: yRange,
      ticks: logTicks(yRange, 12),
      format: formatAxisMs,
      isLogarithmic: true,
    },
    lines: channels.map(({ channel }, index) => ({
      label: CHANNEL_LOOKS[channel].name,
      values: shares.map((share) => atShare(curves[index] ?? [], share)),
      color: CHANNEL_LOOKS[channel].color,
      dash: CHANNEL_LOOKS[channel].dash,
      width: 2.2,
      marks: NOTABLE.slice(1)
        .map((share) => shares.indexOf(share))
        .filter((position) => position >= 0)
        .map((position) => ({ index: position, shape: CHANNEL_LOOKS[channel].marker })),
    })),
    syncKey: 'percentile',
  }
}

/** On this axis each unit is a ten times rarer tail. */
function toPosition(share: number): number {
  return -Math.log10(1 - share)
}

/**
 * Interpolates between two points of the curve, on logarithmic scales as the chart has them; null outside the curve.
 */
function atShare(curve: Latency['curve'], share: number): number | null {
  const points = curve.filter(([, ms]) => ms > 0)
  const next = points.findIndex(([reached]) => reached >= share)
  const [before, after] = [points[next - 1], points[next]]
  if (after === undefined) return null
  if (after[0] === share) return after[1]
  if (before === undefined) return null
  const way = (toPosition(share) - toPosition(before[0])) / (toPosition(after[0]) - toPosition(before[0]))
  return before[1] * (after[1] / before[1]) ** way
}
