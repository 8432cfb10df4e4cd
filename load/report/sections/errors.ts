import type { ChannelResult } from '../../results'
import { formatCount } from '../format'
import { type Html, html } from '../html'
import { channelLabel, figure, table } from '../table'

export function errorsSection(channels: readonly ChannelResult[]): Html | false {
  if (channels.length === 0) return false
  const errors = byCause(channels, 'errors')
  const refusals = byCause(channels, 'refusals')
  return html`<section aria-labelledby="errors"><h2 id="errors">Errors and refusals</h2>
${errors.length === 0 ? html`<p class="empty">No request failed.</p>` : causes('Failed requests by cause.', channels, errors, 'errors')}
${
  refusals.length > 0 &&
  causes(
    'Refused by a rule of the shop, such as too little stock: answers, not errors.',
    channels,
    refusals,
    'refusals',
  )
}
</section>
`
}

type Kind = 'errors' | 'refusals'

function causes(caption: string, channels: readonly ChannelResult[], names: readonly string[], kind: Kind): Html {
  return table(
    caption,
    [{ heading: 'cause' }, ...channels.map(({ channel }) => ({ heading: channelLabel(channel), isNumber: true }))],
    names.map((name) => [
      html`<code>${name}</code>`,
      ...channels.map(({ requests }) => figure(requests[kind][name] ?? 0, formatCount)),
    ]),
  )
}

function byCause(channels: readonly ChannelResult[], kind: Kind): string[] {
  return [...new Set(channels.flatMap(({ requests }) => Object.keys(requests[kind])))].sort()
}
