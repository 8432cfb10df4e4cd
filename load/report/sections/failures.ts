import { formatCount } from '@ecommerce/look/format'
import { type Html, html } from '../../pages/html'
import { channelLabel, figure, table } from '../../pages/table'
import type { ChannelResult } from '../../results'

export function failuresSection(channels: readonly ChannelResult[]): Html | false {
  if (channels.length === 0) return false
  const rows = [...rowsOf(channels, 'failures', 'failed'), ...rowsOf(channels, 'refusals', 'refused')]
  return html`<section aria-labelledby="failures"><h2 id="failures">Failed and refused requests</h2>
${
  rows.length === 0
    ? html`<p class="empty">No request failed, and none was refused.</p>`
    : table(
        'Orders that were not accepted, by cause. A refused order broke a rule of the shop, for example because the stock was too small. That is a valid response and not an error.',
        [
          { heading: 'cause' },
          { heading: 'outcome' },
          ...channels.map(({ channel }) => ({ heading: channelLabel(channel), isNumber: true })),
        ],
        rows,
      )
}
</section>
`
}

function rowsOf(channels: readonly ChannelResult[], kind: 'failures' | 'refusals', outcome: string): Html[][] {
  const causes = [...new Set(channels.flatMap(({ requests }) => Object.keys(requests[kind])))].sort()
  return causes.map((cause) => [
    html`<code>${cause}</code>`,
    html`${outcome}`,
    ...channels.map(({ requests }) => figure(requests[kind][cause] ?? 0, formatCount)),
  ])
}
