import { join } from 'node:path'
import { formatCount, formatDuration, formatInstant, formatRate } from '@ecommerce/look/format'
import { bundlePage } from '../pages/bundle-page'
import { type Html, html, scriptJson } from '../pages/html'
import { renderDocument } from '../pages/html-document'
import type { Results } from '../results'
import { contents, type Section } from './sections/contents'
import { failuresSection } from './sections/failures'
import { latencySection } from './sections/latency'
import { othersSection } from './sections/others'
import { overTimeSection } from './sections/over-time'
import { reconciliationSection } from './sections/reconciliation'
import { repetitionsSection } from './sections/repetitions'
import { saturationSection } from './sections/saturation'
import { setupSection } from './sections/setup'
import { stagesSection } from './sections/stages'
import { summary } from './sections/summary'
import { verdictBox } from './sections/verdict-box'

/** The report of a run: one HTML file that needs no network. Without scripts it lacks only the charts. */
export async function renderReport(results: Results): Promise<string> {
  const page = join(import.meta.dirname, 'page')
  const bundle = await bundlePage({ script: join(page, 'report.ts'), styles: join(page, 'report.css') })
  const { run, verdict } = results
  const sections = sectionsOf(results)
  return renderDocument({
    title: `${verdict.status} · load run ${run.id}`,
    bundle,
    connectsHome: false,
    body: html`<header class="page-head">
<div><h1>Load report</h1><p class="subtitle">${describeRun(results)}</p></div>
${pageTools()}
</header>
${contents(sections)}
<main>
${sections.map(({ markup }) => markup)}
</main>
<footer><p>This file contains the raw data: all figures, the values of each second, and the histograms. <span class="needs-script" hidden>The button above downloads it.</span></p></footer>
<script type="application/json" id="results">${scriptJson(results)}</script>`,
  })
}

/** In the order of the page. A section without content is left out. */
function sectionsOf(results: Results): Section[] {
  const { channels, steps, saturation, reconciliation, limitations } = results
  const noscript = html`<noscript><p class="notice">The charts need JavaScript, which is off. All numbers are in the tables.</p></noscript>`
  const sections: readonly (readonly [id: string, title: string, markup: Html | false])[] = [
    ['verdict', 'Verdict', html`${verdictBox(results)}${noscript}`],
    ['summary', 'Summary', summary(results)],
    ['latency', 'Latency', latencySection(channels)],
    ['stages', 'Stages', stagesSection(channels)],
    ['over-time', 'Over time', overTimeSection(results)],
    ['saturation', 'Saturation', saturationSection(saturation)],
    ['others', 'Other requests', othersSection(channels)],
    ['reconciliation', 'Reconciliation', reconciliationSection(reconciliation)],
    ['failures', 'Failures', failuresSection(channels)],
    ['repetitions', 'Repetitions', repetitionsSection(steps)],
    ['setup', 'Setup', setupSection(results)],
    ['limitations', 'Limitations', limitationsSection(limitations)],
  ]
  return sections.flatMap(([id, title, markup]) => (markup === false ? [] : [{ id, title, markup }]))
}

/** For example `standard · 400 requests/s · 3 × 40 s per channel · 2026-11-24 09:30:00 UTC`. */
function describeRun({ run, steps, channels, saturation }: Results): string {
  const rates = [...new Set(steps.flatMap(({ ratePerSecond }) => ratePerSecond ?? []))].sort((a, b) => a - b)
  const clients = [...new Set(steps.flatMap((step) => step.clients ?? []))]
  const [lowest, highest] = [rates[0], rates.at(-1)]
  const pace =
    lowest === undefined || highest === undefined
      ? clients.length > 0 &&
        `closed loop, ${clients.map(formatCount).join(', ')} ${clients.at(-1) === 1 ? 'client' : 'clients'}`
      : `${lowest === highest ? formatRate(lowest) : `${formatRate(lowest)} to ${formatRate(highest)}`} requests/s`
  const durations = [...new Set(steps.flatMap(({ measuredMs }) => (measuredMs > 0 ? formatDuration(measuredMs) : [])))]
  const repetitions = Math.max(0, ...channels.map((channel) => channel.repetitions))
  const times = saturation === undefined ? `${repetitions} × ${durations[0]} per channel` : `${durations[0]} per rate`
  const length = durations.length === 1 && repetitions > 0 && times
  return [run.profile, pace, length, formatInstant(run.startedAt)].filter((part) => part !== false).join(' · ')
}

function pageTools(): Html {
  return html`<div class="tools needs-script" hidden>
<button type="button" id="download">Download JSON</button>
<button type="button" id="theme">Light / dark</button>
</div>`
}

function limitationsSection(limitations: readonly string[]): Html | false {
  if (limitations.length === 0) return false
  return html`<section aria-labelledby="limitations"><h2 id="limitations">Limitations of these figures</h2>
<ul>${limitations.map((limitation) => html`<li>${limitation}</li>`)}</ul></section>
`
}
