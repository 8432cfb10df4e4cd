import { formatDuration, formatInstant } from '@ecommerce/look/format'
import { type Html, html } from '../../pages/html'
import { channelLabel, table } from '../../pages/table'
import type { DurabilityFact, Fact, Results } from '../../results'

export function setupSection({ run, channels, durability, environment }: Results): Html {
  const tookMs = Date.parse(run.endedAt) - Date.parse(run.startedAt)
  return html`<section aria-labelledby="setup"><h2 id="setup">Setup</h2>
${
  durability.length > 0 &&
  durabilityTable(
    durability,
    channels.map(({ channel }) => channel),
  )
}
<div class="columns">
<div><h3>Environment</h3>${environment.length > 0 ? facts(environment) : html`<p class="empty">Unknown.</p>`}</div>
<div><h3>Run</h3>${facts([
    { name: 'profile', value: run.profile },
    { name: 'id', value: run.id },
    { name: 'shop', value: run.baseUrl },
    { name: 'started', value: formatInstant(run.startedAt) },
    { name: 'duration', value: Number.isFinite(tookMs) ? formatDuration(Math.max(0, tookMs)) : 'unknown' },
    {
      name: 'ending',
      value: run.ending === 'complete' ? 'complete' : `${run.ending}${run.reason ? `: ${run.reason}` : ''}`,
    },
    { name: 'seed', value: String(run.seed) },
  ])}</div>
</div>
<h3>Reproduce</h3>
<p>The seed determines all random choices: arrival times, products and users.</p>
<pre class="command"><code>${run.commandLine}</code></pre>
</section>
`
}

function durabilityTable(facts: readonly DurabilityFact[], channels: readonly DurabilityFact['channel'][]): Html {
  const measured = channels.filter((channel) => channel !== 'all')
  const names = [...new Set(facts.map(({ name }) => name))]
  const valueFor = (channel: DurabilityFact['channel'], name: string) =>
    facts
      .filter((fact) => fact.name === name && (fact.channel === channel || fact.channel === 'all'))
      .map(({ value }) => value)
  return table(
    'Durability of accepted orders per channel. A comparison is fair only if the durability is equal.',
    [{ heading: 'setting' }, ...measured.map((channel) => ({ heading: channelLabel(channel) }))],
    names.map((name) => [
      name,
      ...measured.map((channel) => valueFor(channel, name).join(', ') || html`<span class="absent">–</span>`),
    ]),
  )
}

function facts(list: readonly Fact[]): Html {
  return html`<dl class="facts">${list.map(({ name, value }) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`
}
