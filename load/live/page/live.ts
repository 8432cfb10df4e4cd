import { CHANNEL_LOOKS } from '../../look/channel-look'
import { formatCount, formatDuration, formatMs, formatRate } from '../../look/format'
import { Chart } from '../../look/page/chart'
import { followTheme } from '../../look/page/theme'
import type { LiveEvent, LiveResult } from '../live-events'
import type { LiveProgress } from '../live-view'
import { paceText, shareDone, timeLeftMs } from '../progress-text'
import { liveCharts } from './live-charts'
import { afterEvent, NOTHING_YET, type RunState } from './run-state'

const charts = new Map<string, Chart>()
let state = NOTHING_YET
let isDrawn = true

followTheme(document.getElementById('theme'), () => {
  for (const chart of charts.values()) chart.redraw()
})
listen()

function listen(): void {
  const source = new EventSource('/events')
  source.addEventListener('open', () => {
    // Everything is told again from the beginning.
    state = NOTHING_YET
    say('connection', 'Connected.')
  })
  source.addEventListener('error', () => say('connection', 'The connection is gone; trying again.'))
  source.addEventListener('message', ({ data }) => {
    // Both ends come from one source tree.
    state = afterEvent(state, JSON.parse(data) as LiveEvent)
    if (state.isOver) {
      source.close()
      location.replace('/report')
    } else drawSoon()
  })
}

/** Once a frame, however many events came: a late viewer gets the whole past at once. */
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
    const rest = leftMs === undefined ? '' : ` · about ${formatDuration(leftMs)} left`
    say('run', `${run.profile} · ${run.baseUrl} · ${results.size} of ${run.steps.length} steps done${rest}`)
    drawSteps(current)
  }
  if (!step) return
  say('step', `${CHANNEL_LOOKS[step.channel].name} ${step.repetition}`)
  say(
    'pace',
    `${paceText(step)}${now ? ` · ${now.phase} · ${formatDuration(Math.round(now.elapsedMs / 1000) * 1000)}` : ''}`,
  )
  drawProgress((now && shareDone(step, now.elapsedMs)) ?? 0, CHANNEL_LOOKS[step.channel].color)
  if (!now) return
  drawNow(now)
  for (const [name, spec] of Object.entries(liveCharts(step, seconds))) {
    const element = document.querySelector<HTMLElement>(`[data-chart=${name}]`)
    const chart = charts.get(name)
    if (chart) chart.update(spec)
    else if (element) {
      element.ariaLabel = `${name} second by second; the numbers of the last second stand above`
      charts.set(name, new Chart(element, spec))
    }
  }
}

function drawProgress(share: number, color: string): void {
  const bar = document.getElementById('progress')
  const fill = bar?.querySelector('span')
  if (!bar || !fill) return
  bar.ariaValueNow = String(Math.round(share * 100))
  fill.style.width = `${share * 100}%`
  fill.style.background = `var(${color})`
}

function drawNow(now: LiveProgress): void {
  const facts: [string, string][] = [
    ['offered', `${formatCount(now.offered)}/s`],
    ['accepted', `${formatCount(now.accepted)}/s`],
    ['errors', formatCount(now.failed)],
    ['dropped', formatCount(now.dropped)],
    ['p50', milliseconds(now.responseP50Ms)],
    ['p99', milliseconds(now.responseP99Ms)],
    ['in flight', formatCount(now.inFlight)],
    ['backlog', now.backlog === undefined ? '–' : formatCount(now.backlog)],
    ['sent late, p99', milliseconds(now.health?.latenessP99Ms)],
  ]
  document.getElementById('now')?.replaceChildren(
    ...facts.map(([name, value]) => {
      const group = document.createElement('div')
      group.append(element('dt', name), element('dd', value))
      return group
    }),
  )
}

function drawSteps({ run, step, results }: RunState): void {
  const rows = (run?.steps ?? []).map((planned) => {
    const result = results.get(planned.name)
    const row = document.createElement('tr')
    const name = element('th', `${CHANNEL_LOOKS[planned.channel].name} ${planned.repetition}`)
    name.setAttribute('scope', 'row')
    name.className = 'step'
    name.style.setProperty('--dot', `var(${CHANNEL_LOOKS[planned.channel].color})`)
    const underWay = planned.name === step?.name ? 'running' : 'to come'
    const progress = result ? (result.isValid ? 'done' : 'invalid') : underWay
    row.append(name, element('td', progress), ...numbersOf(result).map(numberCell))
    return row
  })
  document.getElementById('results')?.replaceChildren(...rows)
}

function numbersOf(result: LiveResult | undefined): string[] {
  if (!result) return Array.from({ length: 7 }, () => '')
  const ms = (value: number | undefined) => (value === undefined ? '–' : formatMs(value))
  return [
    formatRate(result.acceptedPerSecond),
    formatRate(result.committedPerSecond),
    ms(result.responseP50Ms),
    ms(result.responseP99Ms),
    ms(result.committedP99Ms),
    formatDuration(result.drainMs),
    formatCount(result.failed),
  ]
}

function milliseconds(value: number | undefined): string {
  return value === undefined ? '–' : `${formatMs(value)} ms`
}

function numberCell(text: string): HTMLElement {
  const cell = element('td', text)
  cell.className = 'number'
  return cell
}

function element(tag: string, text: string): HTMLElement {
  const made = document.createElement(tag)
  made.textContent = text
  return made
}

/** Only what changed, so that screen readers are not told the same over and over. */
function say(id: string, text: string): void {
  const place = document.getElementById(id)
  if (place && place.textContent !== text) place.textContent = text
}
