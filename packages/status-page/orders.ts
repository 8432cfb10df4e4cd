import { CHANNEL_LOOKS, CHANNELS, type Channel, channelLabel } from './channels'
import { byId, element, numberCell } from './elements'
import { formatCount, formatRate, formatSeconds } from './format'
import { type ChartLine, createLineChart } from './line-chart'
import { total } from './read-metrics'
import type { Scrapes } from './scrapes'
import type { Trends } from './trends'

const STATUSES = ['confirmed', 'shipped', 'delivered', 'cancelled', 'rejected'] as const
const RATE_OVER_MS = 10_000
const COMMITTED = 'ecommerce_order_accepted_to_committed_seconds'

const linesOf = (what: string): ChartLine[] =>
  CHANNELS.map((channel) => ({ ...CHANNEL_LOOKS[channel], className: channel, trend: `${what} of ${channel}` }))

/** Three charts and a table of channels. */
export function createOrders() {
  const charts = [
    createLineChart({ title: 'Orders a second', lines: linesOf('rate'), smallestTop: 1, format: formatRate }),
    createLineChart({
      title: 'From acceptance to commit, p99',
      lines: linesOf('p99'),
      smallestTop: 0.01,
      format: formatSeconds,
    }),
    createLineChart({
      title: 'Orders that wait in a broker',
      lines: linesOf('waiting').filter(({ className }) => className !== 'sync'),
      smallestTop: 10,
      format: formatCount,
    }),
  ]
  byId('charts').replaceChildren(...charts.map(({ panel }) => panel))

  return {
    show(scrapes: Scrapes, trends: Trends, nowMs: number): void {
      for (const { draw } of charts) draw(trends, nowMs)
      byId('orders').replaceChildren(...CHANNELS.map((channel) => channelRow(channel, scrapes)))
    },
  }
}

export function orderTrends(scrapes: Scrapes, waiting: Readonly<Record<string, number | undefined>>) {
  return Object.fromEntries(
    CHANNELS.flatMap((channel) => [
      [`rate of ${channel}`, rate(scrapes, channel)],
      [`p99 of ${channel}`, scrapes.quantile(COMMITTED, { channel }, 0.99)],
      [`waiting of ${channel}`, waiting[channel]],
    ]),
  )
}

function rate(scrapes: Scrapes, channel: Channel): number | undefined {
  return scrapes.growthPerSecond('ecommerce_orders', { channel }, RATE_OVER_MS)
}

function channelRow(channel: Channel, scrapes: Scrapes): HTMLTableRowElement {
  const scrape = scrapes.latest
  const orders = (labels: Readonly<Record<string, string>>) =>
    scrape && total(scrape, 'ecommerce_orders', { channel, ...labels })
  const quantile = (share: number) => formatSeconds(scrapes.quantile(COMMITTED, { channel }, share))
  return element(
    'tr',
    {},
    element('th', { scope: 'row' }, channelLabel(channel)),
    numberCell('orders/s', formatRate(rate(scrapes, channel))),
    numberCell('p50', quantile(0.5)),
    numberCell('p99', quantile(0.99)),
    ...STATUSES.map((status) => numberCell(status, formatCount(orders({ status })))),
    numberCell('all', formatCount(orders({}))),
  )
}
