import type { PageBundle } from '../look/bundle-page'
import { chartFigure, chartSlot } from '../look/chart-slot'
import { html } from '../look/html'
import { renderDocument } from '../look/html-document'

const COLUMNS = [
  'accepted/s',
  'committed/s',
  'response p50, ms',
  'response p99, ms',
  'commit p99, ms',
  'drained after',
  'errors',
]

/** The page that shows a run while it goes on: empty places, which its script fills. */
export function renderLivePage(bundle: PageBundle): string {
  const waiting = 'Waiting for the first second.'
  return renderDocument({
    title: 'Load run',
    bundle,
    connectsHome: true,
    body: html`<header class="page-head">
<div><h1>Load run</h1><p class="subtitle" id="run">Waiting for the run.</p></div>
<div class="tools"><button type="button" id="theme" aria-label="Switch between light and dark">Light / dark</button></div>
</header>
<main>
<noscript><p class="notice">This page needs a script. The run goes on without it, and its report will not need one.</p></noscript>
<section aria-labelledby="step"><div class="step-head"><h2 id="step" aria-live="polite">No step is under way</h2><p id="pace"></p></div>
<div class="progress" role="progressbar" aria-label="Progress of the step" aria-valuemin="0" aria-valuemax="100" aria-valuenow="0" id="progress"><span></span></div>
<dl class="now" id="now"></dl>
${chartFigure(
  [
    chartSlot({ chart: 'throughput', title: 'Throughput', summary: waiting }),
    chartSlot({ chart: 'latency', title: 'Response', summary: waiting }),
    chartSlot({ chart: 'backlog', title: 'Under way', summary: waiting }),
  ],
  'The step second by second. When an order was committed is known only after the step.',
)}
</section>
<section aria-labelledby="steps"><h2 id="steps">Steps</h2>
<div class="table-box" tabindex="0" role="group" aria-label="Steps"><table><caption><span>Steps in the order in which they run.</span></caption>
<thead><tr><th scope="col">step</th><th scope="col">state</th>${COLUMNS.map((heading) => html`<th scope="col" class="number">${heading}</th>`)}</tr></thead>
<tbody id="results"></tbody></table></div>
</section>
</main>
<footer><p id="connection" role="status">Connecting.</p></footer>`,
  })
}
