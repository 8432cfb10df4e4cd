import { CHANNELS, type Channel } from '@ecommerce/look/channels'
import { byId, element, numberCell } from '@ecommerce/look/elements'
import { formatCount, formatLatency, formatRate } from '@ecommerce/look/format'
import { channelLabel } from '@ecommerce/look/marks'
import { total } from './read-metrics'
import type { Scrapes } from './scrapes'
import { TrendChart } from './trend-chart'
import type { Trends } from './trends'

const STATUSES = ['confirmed', 'shipped', 'delivered', 'cancelled', 'rejected'] as const
const RATE_OVER_MS = 10_000
const COMMIT_LATENCY = 'ecommerce_order_accepted_to_committed_seconds'

const TREND = {
  rate: (channel: Channel) => `rate of ${channel}`,
  commitP99Ms: (channel: Channel) => `commit p99 of ${channel}`,
  backlog: (channel: Channel) => `backlog of ${channel}`,
} as const

/** The charts and the table of the channels. */
export class Orders {
  readonly #charts = [
    new TrendChart({ title: 'Order rate', unit: 'orders/s', channels: CHANNELS, trendOf: TREND.rate, leastEnd: 1 }),
    new TrendChart({
      title: 'Commit latency, p99',
      unit: 'ms',
      channels: CHANNELS,
      trendOf: TREND.commitP99Ms,
      leastEnd: 10,
    }),
    new TrendChart({
      title: 'Backlog in the broker',
      unit: 'orders',
      channels: ['kafka', 'rabbitmq'],
      trendOf: TREND.backlog,
      leastEnd: 10,
    }),
  ]

  constructor() {
    byId('charts').replaceChildren(...this.#charts.map(({ panel }) => panel))
  }

  show(scrapes: Scrapes, trends: Trends, nowMs: number): void {
    for (const chart of this.#charts) chart.show(trends, nowMs)
    byId('orders').replaceChildren(...CHANNELS.map((channel) => channelRow(channel, scrapes)))
  }

  redrawCharts(): void {
    for (const chart of this.#charts) chart.redraw()
  }
}

export function orderTrends(scrapes: Scrapes, backlogs: Readonly<Partial<Record<Channel, number | undefined>>>) {
  return Object.fromEntries(
    CHANNELS.flatMap((channel) => [
      [TREND.rate(channel), rate(scrapes, channel)],
      [TREND.commitP99Ms(channel), commitLatencyMs(scrapes, channel, 0.99)],
      [TREND.backlog(channel), backlogs[channel]],
    ]),
  )
}

function rate(scrapes: Scrapes, channel: Channel): number | undefined {
  return scrapes.growthPerSecond('ecommerce_orders', { channel }, RATE_OVER_MS)
}

function commitLatencyMs(scrapes: Scrapes, channel: Channel, share: number): number | undefined {
  return scrapes.quantileMs(COMMIT_LATENCY, { channel }, share)
}

function channelRow(channel: Channel, scrapes: Scrapes): HTMLTableRowElement {
  const scrape = scrapes.latest
  const orders = (labels: Readonly<Record<string, string>>) =>
    scrape && total(scrape, 'ecommerce_orders', { channel, ...labels })
  return element(
    'tr',
    {},
    element('th', { scope: 'row' }, channelLabel(channel)),
    numberCell('orders/s', formatRate(rate(scrapes, channel))),
    numberCell('commit p50', formatLatency(commitLatencyMs(scrapes, channel, 0.5))),
    numberCell('commit p99', formatLatency(commitLatencyMs(scrapes, channel, 0.99))),
    ...STATUSES.map((status) => numberCell(status, formatCount(orders({ status })))),
    numberCell('all', formatCount(orders({}))),
  )
}
