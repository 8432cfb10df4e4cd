import { join } from 'node:path'
import { formatCount, formatDuration, formatInstant, formatRate } from '@ecommerce/look/format'
import { bundlePage } from '../pages/bundle-page'
import { type Html, html, scriptJson } from '../pages/html'
import { renderDocument } from '../pages/html-document'
import type { Results } from '../results'
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
  return renderDocument({
    title: `${verdict.status} · load run ${run.id}`,
    bundle,
    connectsHome: false,
    body: html`<header class="page-head">
<div><h1>Load report</h1><p class="subtitle">${describeRun(results)}</p></div>
${pageTools()}
</header>
<main>
${verdictBox(results)}
<noscript><p class="notice">The charts need JavaScript, which is off. All numbers are in the tables.</p></noscript>
${summary(results)}
${latencySection(results.channels)}
${stagesSection(results.channels)}
${overTimeSection(results)}
${saturationSection(results.saturation)}
${othersSection(results.channels)}
${reconciliationSection(results.reconciliation)}
${failuresSection(results.channels)}
${repetitionsSection(results.steps)}
${setupSection(results)}
${limitationsSection(results.limitations)}
</main>
<footer><p>This file contains the raw data: all figures, the values of each second, and the histograms. <span class="needs-script" hidden>The button above downloads it.</span></p></footer>
<script type="application/json" id="results">${scriptJson(results)}</script>`,
  })
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
<button type="button" id="theme" aria-label="Switch between light and dark">Light / dark</button>
</div>`
}

function limitationsSection(limitations: readonly string[]): Html | false {
  if (limitations.length === 0) return false
  return html`<section aria-labelledby="limitations"><h2 id="limitations">Limitations of these figures</h2>
<ul>${limitations.map((limitation) => html`<li>${limitation}</li>`)}</ul></section>
`
}
