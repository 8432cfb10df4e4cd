import type { PageBundle } from '@ecommerce/look/bundle-page'
import { chartFigure, chartSlot } from '../pages/chart-slot'
import { html } from '../pages/html'
import { renderDocument } from '../pages/html-document'
import { RESULT_COLUMNS } from './result-columns'

/** The page that shows a run in progress: empty places that its script fills. */
export function renderLivePage(bundle: PageBundle): string {
  const summary = 'Waiting for the first second.'
  return renderDocument({
    title: 'Load run',
    bundle,
    connectsHome: true,
    body: html`<header class="page-head">
<div><h1>Load run</h1><p class="subtitle" id="run">Waiting for the run to start.</p></div>
<div class="tools"><button type="button" id="theme">Light / dark</button></div>
</header>
<main>
<noscript><p class="notice">This page needs JavaScript. The run continues without it, and its report works without JavaScript.</p></noscript>
<section aria-labelledby="step"><div class="step-head"><h2 id="step" aria-live="polite">No step is running</h2><p id="pace"></p></div>
<div class="progress" role="progressbar" aria-label="Progress of the step" aria-valuemin="0" aria-valuemax="100" aria-valuenow="0" id="progress"><span></span></div>
<p class="notice" id="invalid" role="status" hidden></p>
<dl class="now" id="now"></dl>
${chartFigure(
  [
    chartSlot({ chart: 'throughput', title: 'Throughput', summary }),
    chartSlot({ chart: 'latency', title: 'Response latency', summary }),
    chartSlot({ chart: 'backlog', title: 'In flight and backlog', summary }),
  ],
  'The running step, second by second. More can be accepted in a second than offered: responses to earlier requests, such as those of the warm-up, arrive in it. Commit times are known only after the step.',
)}
</section>
<section aria-labelledby="steps"><h2 id="steps">Steps</h2>
<div class="table-box" tabindex="0" role="group" aria-label="Steps"><table><caption><span>Steps in the order of execution.</span></caption>
<thead><tr><th scope="col">step</th><th scope="col">state</th>${RESULT_COLUMNS.map((heading) => html`<th scope="col" class="number">${heading}</th>`)}</tr></thead>
<tbody id="results"></tbody></table></div>
</section>
</main>
<footer><p id="connection" role="status">Connecting.</p></footer>`,
  })
}
