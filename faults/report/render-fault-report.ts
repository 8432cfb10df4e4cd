import { join } from 'node:path'
import { formatCount, formatDuration, formatInstant } from '@ecommerce/look/format'
import { bundlePage } from '../../load/pages/bundle-page'
import { type Html, html, scriptJson } from '../../load/pages/html'
import { renderDocument } from '../../load/pages/html-document'
import { channelLabel, figure, icon, numberColumn, table } from '../../load/pages/table'
import type { CellResult, ChannelOutcome, FaultResults } from '../results'
import { resourceText } from './resource-text'
import { headline } from './terminal-text'

const TONES = { PASS: 'good', FAIL: 'bad', INVALID: 'doubtful' } as const

/** The report of a run: one HTML file that needs no network. */
export async function renderFaultReport(results: FaultResults): Promise<string> {
  const page = join(import.meta.dirname, 'page')
  const bundle = await bundlePage({ script: join(page, 'fault-report.ts'), styles: join(page, 'fault-report.css') })
  const { run, status } = results
  const facts = [
    run.home,
    `${run.ratePerSecond} orders/s per channel`,
    `${run.faultSeconds} s per fault`,
    formatInstant(run.startedAt),
  ]
  return renderDocument({
    title: `${status} · fault run ${run.id}`,
    bundle,
    connectsHome: false,
    body: html`<header class="page-head">
<div><h1>Fault report</h1><p class="subtitle">${facts.join(' · ')}</p></div>
<div class="tools needs-script" hidden>
<button type="button" id="download">Download JSON</button>
<button type="button" id="theme">Light / dark</button>
</div>
</header>
<main>
${verdict(results)}
${matrix(results.cells)}
${logs(results.cells)}
${resources(results)}
${skipped(results)}
${setup(results)}
</main>
<footer><p>This file contains the raw data. <span class="needs-script" hidden>The button above downloads it.</span></p></footer>
<script type="application/json" id="results">${scriptJson(results)}</script>`,
  })
}

function verdict(results: FaultResults): Html {
  const { status, cells, run } = results
  const broken = cells.flatMap(({ fault, broken: sentences }) => sentences.map((sentence) => `${fault}: ${sentence}`))
  return html`<section class="verdict" data-tone="${TONES[status]}" aria-labelledby="verdict">
<h2 id="verdict">${icon(TONES[status])}<span class="verdict-word">${status}</span>${
    run.ending !== 'complete' && html`<span class="badge">partial</span>`
  }</h2>
<p class="headline">${headline(results)}</p>
${broken.length > 0 && html`<ul class="warnings">${broken.map((sentence) => html`<li>${sentence}</li>`)}</ul>`}
</section>
`
}

const COLUMNS = [
  { heading: 'fault' },
  { heading: 'channel' },
  ...['accepted', '503', 'refused', 'failed', 'lost', 'doubled', 'longest response', 'longest gap', 'recovery'].map(
    numberColumn,
  ),
]

function matrix(cells: readonly CellResult[]): Html | false {
  if (cells.length === 0) return false
  return html`<section aria-labelledby="matrix"><h2 id="matrix">Matrix</h2>
<p>Refused is a 4xx, 503 has Retry-After, and failed is everything else without success. The gap is the longest time without a success. The recovery is the time from the end of the fault until all requests are accepted and their orders committed within 2 s.</p>
${table(
  'Each fault and what each channel showed.',
  COLUMNS,
  cells.flatMap((cell) => cell.channels.map((outcome, index) => row(cell, outcome, index === 0))),
)}
</section>
`
}

function row(cell: CellResult, outcome: ChannelOutcome, isFirst: boolean): readonly Html[] {
  const counts = [outcome.accepted, outcome.unavailable, outcome.refused, outcome.failed, outcome.lost, outcome.doubled]
  return [
    html`${isFirst && html`<span class="fault">${icon(cell.broken.length === 0 ? 'good' : 'bad')} ${cell.fault}</span> <span class="title">${cell.title}${cell.oversold > 0 && html`; ${cell.oversold} products oversold`}</span>`}`,
    channelLabel(outcome.channel),
    ...counts.map((count) => figure(count, formatCount)),
    figure(outcome.longestResponseMs, formatDuration),
    figure(outcome.longestGapMs, formatDuration),
    outcome.recoveryMs === undefined ? html`<strong>none</strong>` : figure(outcome.recoveryMs, formatDuration),
  ]
}

function logs(cells: readonly CellResult[]): Html | false {
  const logged = cells.filter(({ log }) => log.length > 0)
  if (logged.length === 0) return false
  return html`<section aria-labelledby="log"><h2 id="log">What the shop logged</h2>
${table(
  'The most frequent warnings and errors during each fault.',
  [{ heading: 'fault' }, { heading: 'level' }, { heading: 'message' }, numberColumn('count')],
  logged.flatMap(({ fault, log }) =>
    log.map(({ level, message, count }) => [fault, level, message, figure(count, formatCount)]),
  ),
)}
</section>
`
}

function resources({ resources: trends }: FaultResults): Html | false {
  if (trends === undefined) return false
  return html`<section aria-labelledby="resources"><h2 id="resources">Over time</h2>
<p>The median of the last third of the samples must not exceed that of the first third by more than the limit.</p>
<ul>${trends.map((trend) => html`<li>${icon(trend.isFlat ? 'good' : 'bad')} ${resourceText(trend)}</li>`)}</ul>
</section>
`
}

function skipped({ skipped: faults }: FaultResults): Html | false {
  if (faults.length === 0) return false
  return html`<section aria-labelledby="skipped"><h2 id="skipped">Not tried</h2>
<ul>${faults.map(({ fault, reason }) => html`<li><code>${fault}</code>: ${reason}</li>`)}</ul></section>
`
}

function setup({ run }: FaultResults): Html {
  return html`<section aria-labelledby="setup"><h2 id="setup">Setup</h2>
<p>${run.servers.join(', ')}. Seed ${run.seed}.</p>
<pre class="command"><code>${run.commandLine}</code></pre>
</section>
`
}
