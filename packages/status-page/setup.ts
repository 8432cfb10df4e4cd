import { CHANNEL_LOOKS, CHANNELS } from './channels'
import { byId, element, say } from './elements'
import type { About } from './shop-api'
import { dependencyName } from './verdict'

/** What runs here, on what, and how durable it is. */
export function showSetup(about: About): void {
  say(byId('service'), `${about.service} ${about.version} · ${about.home} · Node ${about.node} · ${about.cpus} CPUs`)
  byId('versions').replaceChildren(
    fact('Service', about.version),
    fact('Home', about.home),
    fact('Node', about.node),
    ...about.dependencies.map(({ name, status, version }) =>
      fact(dependencyName(name), status === 'up' ? (version ?? 'does not tell its version') : 'down'),
    ),
  )
  byId('durability').replaceChildren(
    ...about.durability.map(({ channel, name, value }) => fact(`${channelName(channel)}: ${name}`, value)),
  )
}

export function fact(name: string, value: string): HTMLElement {
  return element('div', {}, element('dt', {}, name), element('dd', {}, value))
}

function channelName(channel: string): string {
  const known = CHANNELS.find((one) => one === channel)
  return known ? CHANNEL_LOOKS[known].name : 'All orders'
}
