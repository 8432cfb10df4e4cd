import { CHANNEL_LOOKS, channelName } from '@ecommerce/look/channels'
import { Chart } from '@ecommerce/look/chart'
import { byId, element, fact, numberCell, setText } from '@ecommerce/look/elements'
import { formatCount, formatDuration, formatLatency, formatMs, formatRate, plural } from '@ecommerce/look/format'
import { channelLabel } from '@ecommerce/look/marks'
import { followTheme } from '@ecommerce/look/theme'
import type { LiveEvent, LiveResult } from '../live-events'
import type { LiveProgress } from '../live-view'
import { invalidSoFarText, paceText, shareDone, timeLeftMs, timeLeftText } from '../progress-text'
import { RESULT_COLUMNS } from '../result-columns'
import { liveCharts } from './live-charts'
import { afterEvent, NOTHING_YET, type RunState } from './run-state'

const charts = new Map<string, Chart>()
let state = NOTHING_YET
let isDrawn = true

followTheme(byId('theme'), () => {
  for (const chart of charts.values()) chart.redraw()
})
listen()

function listen(): void {
  const source = new EventSource('/events')
  source.addEventListener('open', () => {
    // The server sends all events again from the beginning.
    state = NOTHING_YET
    setText(byId('connection'), 'Connected.')
  })
  source.addEventListener('error', () => setText(byId('connection'), 'Connection lost, trying again.'))
  source.addEventListener('message', ({ data }) => {
    // Server and page are built from the same sources.
    state = afterEvent(state, JSON.parse(data) as LiveEvent)
    if (state.isOver) {
      source.close()
      location.replace('/report')
    } else drawSoon()
  })
}

/** Draws once per frame, however many events arrived: a late viewer receives all past events together. */
function drawSoon(): void {
  if (!isDrawn) return
  isDrawn = false
  requestAnimationFrame(() => {
    isDrawn = true
    draw(state)
  })
}

function draw(current: RunState): void {
  const { run, step, seconds, results } = current
  const now = seconds.at(-1)
  if (run) {
    const leftMs = timeLeftMs(run, new Set(results.keys()), now)
    const done = run.isOpenEnded
      ? `${plural(results.size, 'step')} done`
      : `${formatCount(results.size)} of ${plural(run.steps.length, 'step')} done`
    const parts = [run.profile, run.baseUrl, done, timeLeftText(leftMs)]
    setText(byId('run'), parts.filter((part) => part !== '').join(' · '))
    drawSteps(current)
  }
  if (!step) return
  setText(byId('step'), `${channelName(step.channel)} ${step.repetition}`)
  const elapsed = now ? ` · ${now.phase} · ${formatDuration(Math.round(now.elapsedMs / 1_000) * 1_000)}` : ''
  setText(byId('pace'), `${paceText(step)}${elapsed}`)
  drawProgress((now && shareDone(step, now.elapsedMs)) ?? 0, CHANNEL_LOOKS[step.channel].color)
  if (!now) return
  drawNow(now)
  const invalid = byId('invalid')
  setText(invalid, invalidSoFarText(now) ?? '')
  invalid.hidden = invalid.textContent === ''
  for (const [name, spec] of Object.entries(liveCharts(step, seconds))) {
    const slot = document.querySelector<HTMLElement>(`[data-chart=${name}]`)
    const chart = charts.get(name)
    if (chart) chart.update(spec)
    else if (slot) {
      slot.ariaLabel = `${name} per second; the values of the last second are listed above`
      charts.set(name, new Chart(slot, spec))
    }
  }
}

function drawProgress(share: number, color: string): void {
  const bar = byId('progress')
  const fill = bar.querySelector('span')
  if (!fill) return
  bar.ariaValueNow = String(Math.round(share * 100))
  fill.style.width = `${share * 100}%`
  fill.style.background = `var(${color})`
}

function drawNow(now: LiveProgress): void {
  byId('now').replaceChildren(
    fact('offered', `${formatCount(now.offered)}/s`),
    fact('accepted', `${formatCount(now.accepted)}/s`),
    fact('refused', `${formatCount(now.refused)}/s`),
    fact('failed', `${formatCount(now.failed)}/s`),
    fact('dropped', `${formatCount(now.dropped)}/s`),
    fact('response p50', formatLatency(now.responseP50Ms)),
    fact('response p99', formatLatency(now.responseP99Ms)),
    fact('in flight', formatCount(now.inFlight)),
    fact('backlog', formatCount(now.backlog)),
    fact('send delay p99', formatLatency(now.health?.sendDelayP99Ms)),
  )
}

function drawSteps({ run, step, seconds, results }: RunState): void {
  const rows = (run?.steps ?? []).map((planned) => {
    const result = results.get(planned.name)
    const name = element('th', { scope: 'row', class: 'step' }, channelLabel(planned.channel, ` ${planned.repetition}`))
    const isRunning = planned.name === step?.name && !result
    return element(
      'tr',
      {},
      name,
      stateCell(result, isRunning ? seconds.at(-1) : undefined, isRunning),
      ...resultCells(result),
    )
  })
  byId('results').replaceChildren(...rows)
}

/** The state of a step. A step that is not valid, or not valid so far, says why. */
function stateCell(
  result: LiveResult | undefined,
  now: LiveProgress | undefined,
  isRunning: boolean,
): HTMLTableCellElement {
  if (result?.invalidBecause !== undefined) {
    const word = element('strong', { class: 'bad' }, 'invalid')
    return element('td', {}, word, element('span', { class: 'detail reason' }, result.invalidBecause))
  }
  const reason = now && invalidSoFarText(now)
  const word = result ? 'done' : isRunning ? 'running' : 'planned'
  return element('td', {}, word, ...(reason ? [element('span', { class: 'detail reason bad' }, reason)] : []))
}

function resultCells(result: LiveResult | undefined): HTMLElement[] {
  if (!result) return RESULT_COLUMNS.map((heading) => numberCell(heading, ''))
  const values: Readonly<Record<(typeof RESULT_COLUMNS)[number], string>> = {
    'accepted/s': formatRate(result.acceptedPerSecond),
    'committed/s': formatRate(result.committedPerSecond),
    'response p50, ms': formatMs(result.responseP50Ms),
    'response p95, ms': formatMs(result.responseP95Ms),
    'response p99, ms': formatMs(result.responseP99Ms),
    'commit p99, ms': formatMs(result.commitP99Ms),
    'drain time': formatDuration(result.drainMs),
    failed: formatCount(result.failed),
  }
  return RESULT_COLUMNS.map((heading) => numberCell(heading, values[heading]))
}
