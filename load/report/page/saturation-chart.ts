import { CHANNEL_LOOKS } from '@ecommerce/look/channels'
import type { ChartSpec } from '@ecommerce/look/chart-spec'
import { formatAxisMs, formatRate } from '@ecommerce/look/format'
import { linearRange, logRange, logTicks } from '@ecommerce/look/scales'
import type { SaturationPoint } from '../../results'
import { CHANNELS } from '../../results'

export function saturationChart(points: readonly SaturationPoint[], of: 'responseP99Ms' | 'commitP99Ms'): ChartSpec {
  const rates = [...new Set(points.map(({ ratePerSecond }) => ratePerSecond))].sort((a, b) => a - b)
  const yRange = logRange(points.flatMap((point) => [point.responseP99Ms, point.commitP99Ms]))
  const channels = CHANNELS.filter((channel) => points.some((point) => point.channel === channel))
  return {
    x: rates,
    xAxis: { label: 'offered, orders/s', range: linearRange(rates), format: formatRate },
    yAxis: { label: 'p99, ms', range: yRange, ticks: logTicks(yRange, 12), format: formatAxisMs, isLogarithmic: true },
    lines: channels.map((channel) => {
      const { name, color, dash, marker } = CHANNEL_LOOKS[channel]
      const at = (rate: number) => points.find((point) => point.channel === channel && point.ratePerSecond === rate)
      return {
        label: name,
        color,
        dash,
        // A percentile of 0 had no samples, and has no place on a logarithmic axis.
        values: rates.map((rate) => at(rate)?.[of] || null),
        marks: rates.map((rate, index) => ({ index, shape: marker, isHollow: at(rate)?.holds === false })),
      }
    }),
    syncKey: 'saturation',
  }
}
