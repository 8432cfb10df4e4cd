import { Chart } from '@ecommerce/look/chart'
import type { ChartSpec } from '@ecommerce/look/chart-spec'
import { followTheme } from '@ecommerce/look/theme'
import type { Results, StepResult } from '../../results'
import { percentileCurves } from './percentile-curves'
import { saturationChart } from './saturation-chart'
import { isTimeChart, TIME_CHARTS } from './time-charts'

// The same program has written these results into the page.
const results = JSON.parse(document.getElementById('results')?.textContent ?? '') as Results

const charts = new Map<HTMLElement, Chart>()

for (const element of document.querySelectorAll<HTMLElement>('.needs-script')) element.hidden = false
drawAll()
followTheme(document.getElementById('theme'), redrawAll)
document.getElementById('download')?.addEventListener('click', download)
for (const choice of document.querySelectorAll<HTMLInputElement>('input[name=repetition]')) {
  choice.addEventListener('change', drawAll)
}
preparePaper()

function drawAll(): void {
  for (const element of document.querySelectorAll<HTMLElement>('[data-chart]')) {
    const spec = specOf(element)
    if (spec === undefined) continue
    const chart = charts.get(element)
    if (chart) chart.update(spec)
    else charts.set(element, new Chart(element, spec))
  }
}

function redrawAll(): void {
  for (const chart of charts.values()) chart.redraw()
}

function specOf({ dataset }: HTMLElement): ChartSpec | undefined {
  const name = dataset.chart
  if (name === 'curve-response') return percentileCurves(results.channels, 'response', ['response', 'commit'])
  if (name === 'curve-commit') return percentileCurves(results.channels, 'commit', ['response', 'commit'])
  if (name === 'saturation-response') return saturationChart(results.saturation ?? [], 'responseP99Ms')
  if (name === 'saturation-commit') return saturationChart(results.saturation ?? [], 'commitP99Ms')
  const step = chosenStep(dataset.channel)
  return isTimeChart(name) && step ? TIME_CHARTS[name](step, results.steps) : undefined
}

/** The chosen repetition of a channel, or its first one if the channel has no such repetition. */
function chosenStep(channel: string | undefined): StepResult | undefined {
  const chosen = document.querySelector<HTMLInputElement>('input[name=repetition]:checked')?.value
  const own = results.steps.filter((step) => step.channel === channel && step.series.length > 0)
  return own.find((step) => String(step.repetition) === chosen) ?? own[0]
}

function download(): void {
  const link = document.createElement('a')
  const url = URL.createObjectURL(new Blob([JSON.stringify(results, null, 2)], { type: 'application/json' }))
  link.href = url
  link.download = `${results.run.id}.json`
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}

/**
 * Redraws the charts for paper, because a canvas does not adapt to it, and opens folded tables so that they are
 * printed.
 */
function preparePaper(): void {
  let folded: HTMLDetailsElement[] = []
  addEventListener('beforeprint', () => {
    folded = [...document.querySelectorAll<HTMLDetailsElement>('details:not([open], .screen-only)')]
    for (const details of folded) details.open = true
    document.documentElement.classList.add('paper')
    redrawAll()
  })
  addEventListener('afterprint', () => {
    for (const details of folded) details.open = false
    document.documentElement.classList.remove('paper')
    redrawAll()
  })
}
