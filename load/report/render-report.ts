import { join } from 'node:path'
import { bundlePage } from '../look/bundle-page'
import { formatDuration, formatInstant, formatRate } from '../look/format'
import { type Html, html, scriptJson } from '../look/html'
import { renderDocument } from '../look/html-document'
import type { Results } from '../results'
import { errorsSection } from './sections/errors'
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

/** The report of a run: one HTML file that needs neither network nor, but for its charts, scripts. */
export async function renderReport(results: Results): Promise<string> {
  const bundle = await bundlePage(join(import.meta.dirname, 'page', 'report.ts'))
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
<noscript><p class="notice">The charts are drawn by a script, which is off here. Every number is in the tables.</p></noscript>
${summary(results)}
${latencySection(results.channels)}
${stagesSection(results.channels)}
${overTimeSection(results)}
${saturationSection(results.saturation)}
${othersSection(results.channels)}
${reconciliationSection(results.reconciliation)}
${errorsSection(results.channels)}
${repetitionsSection(results.steps)}
${setupSection(results)}
${caveatsSection(results.caveats)}
</main>
<footer><p>Raw data is inside this file: every figure, second by second, and the histograms. <span class="needs-script" hidden>Take it by the button above.</span></p></footer>
<script type="application/json" id="results">${scriptJson(results)}</script>`,
  })
}

/** Such as `standard · 400 requests/s · 3 × 40 s a channel · 2026-11-24 09:30:00 UTC`. */
function describeRun({ run, steps, channels, saturation }: Results): string {
  const rates = [...new Set(steps.flatMap(({ ratePerSecond }) => ratePerSecond ?? []))].sort((a, b) => a - b)
  const clients = [...new Set(steps.flatMap((step) => step.clients ?? []))]
  const [lowest, highest] = [rates[0], rates.at(-1)]
  const pace =
    lowest === undefined || highest === undefined
      ? clients.length > 0 && `closed loop, ${clients.join(', ')} clients`
      : `${lowest === highest ? formatRate(lowest) : `${formatRate(lowest)} to ${formatRate(highest)}`} requests/s`
  const durations = [...new Set(steps.flatMap(({ measuredMs }) => (measuredMs > 0 ? formatDuration(measuredMs) : [])))]
  const repetitions = Math.max(0, ...channels.map((channel) => channel.repetitions))
  const times = saturation === undefined ? `${repetitions} × ${durations[0]} a channel` : `${durations[0]} a rate`
  const length = durations.length === 1 && repetitions > 0 && times
  return [run.profile, pace, length, formatInstant(run.startedAt)].filter((part) => part !== false).join(' · ')
}

function pageTools(): Html {
  return html`<div class="tools needs-script" hidden>
<button type="button" id="download">Download JSON</button>
<button type="button" id="theme" aria-label="Switch between light and dark">Light / dark</button>
</div>`
}

function caveatsSection(caveats: readonly string[]): Html | false {
  if (caveats.length === 0) return false
  return html`<section aria-labelledby="caveats"><h2 id="caveats">What these figures do not show</h2>
<ul>${caveats.map((caveat) => html`<li>${caveat}</li>`)}</ul></section>
`
}
