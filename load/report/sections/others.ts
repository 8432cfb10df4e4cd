import { formatCount, formatMs } from '@ecommerce/look/format'
import { type Html, html } from '../../pages/html'
import { channelLabel, figure, numberColumn, table } from '../../pages/table'
import type { ChannelResult } from '../../results'

const KINDS = [
  ['browse', 'browse products'],
  ['status', 'read an order'],
  ['cancel', 'cancel an order'],
] as const

/** Requests other than orders, if there were any. */
export function othersSection(channels: readonly ChannelResult[]): Html | false {
  const rows = KINDS.flatMap(([kind, name]) =>
    channels.flatMap(({ channel, others = [] }) =>
      others.filter((other) => other.kind === kind).map((other) => ({ channel, name, ...other })),
    ),
  )
  if (rows.length === 0) return false
  return html`<section aria-labelledby="others"><h2 id="others">Other requests</h2>
${table(
  'Requests that were sent together with the orders. They add load, but no figure above includes them.',
  [
    { heading: 'request' },
    { heading: 'channel' },
    ...['offered', 'response p50, ms', 'response p99, ms', 'refused', 'failed', 'dropped'].map(numberColumn),
  ],
  rows.map(({ channel, name, requests, response }) => [
    name,
    channelLabel(channel),
    figure(requests.offered, formatCount),
    figure(response.count > 0 ? response.p50Ms : undefined, formatMs),
    figure(response.count > 0 ? response.p99Ms : undefined, formatMs),
    figure(requests.refused, formatCount),
    figure(requests.failed, formatCount),
    figure(requests.dropped, formatCount),
  ]),
)}
</section>
`
}
