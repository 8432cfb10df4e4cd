import { formatCount, formatMs } from '../../look/format'
import { type Html, html } from '../../look/html'
import { channelLabel, figure, table } from '../../look/table'
import type { ChannelResult } from '../../results'

const KINDS = [
  ['browse', 'browse products'],
  ['status', 'look an order up'],
  ['cancel', 'cancel an order'],
] as const

/** What was sent beside the orders, where anything was. */
export function othersSection(channels: readonly ChannelResult[]): Html | false {
  const rows = KINDS.flatMap(([kind, name]) =>
    channels.flatMap(({ channel, others = [] }) =>
      others.filter((other) => other.kind === kind).map((other) => ({ channel, name, ...other })),
    ),
  )
  if (rows.length === 0) return false
  const number = (heading: string) => ({ heading, isNumber: true })
  return html`<section aria-labelledby="others"><h2 id="others">Beside the orders</h2>
${table(
  'Requests that were sent meanwhile. They are load, and not compared: no figure above counts them.',
  [
    { heading: 'request' },
    { heading: 'channel' },
    ...['sent or dropped', 'response p50, ms', 'response p99, ms', 'refused', 'errors', 'dropped'].map(number),
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
