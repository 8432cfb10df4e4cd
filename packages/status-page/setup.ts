import { CHANNELS, channelName } from '@ecommerce/look/channels'
import { byId, fact, setText } from '@ecommerce/look/elements'
import type { About } from './shop-api'
import { dependencyName } from './verdict-of'

/** Shows the versions of the shop and its servers, and how durably each channel stores orders. */
export function showSetup(about: About): void {
  setText(
    byId('service'),
    `${about.service} ${about.version} · ${about.home} · Node ${about.node} · ${about.cpus} CPUs`,
  )
  byId('versions').replaceChildren(
    fact('Service', about.version),
    fact('Home', about.home),
    fact('Access', about.access === 'open' ? 'open: no tokens needed' : 'with tokens'),
    fact('Node', about.node),
    ...about.dependencies.map(({ name, status, version }) =>
      fact(dependencyName(name), status === 'up' ? (version ?? 'version unknown') : 'down'),
    ),
  )
  byId('durability').replaceChildren(
    ...about.durability.map(({ channel, name, value }) => fact(`${ownerOf(channel)}: ${name}`, value)),
  )
}

function ownerOf(channel: string): string {
  const known = CHANNELS.find((one) => one === channel)
  return known ? channelName(known) : 'All channels'
}
