import { byId, element, say, svgElement } from './elements'
import { plural } from './format'
import { sparkline } from './line-chart'
import type { DependencyState, Readiness } from './shop-api'
import type { Trends } from './trends'

const NAMES: Readonly<Record<string, string>> = { mysql: 'MySQL', kafka: 'Kafka', rabbitmq: 'RabbitMQ' }

const WORDS = { ready: 'Ready', degraded: 'Degraded', unavailable: 'Unavailable' } as const

/** Told apart by shape as well as by colour. */
const ICONS = { up: 'M5 8.5 7.3 11 11.5 5.5', down: 'M5.2 5.2l5.6 5.6M10.8 5.2l-5.6 5.6' } as const

export function dependencyName(name: string): string {
  return NAMES[name] ?? name
}

/** The one thing to see from across the room: can the shop sell, and what is missing. */
export function showVerdict({ status, dependencies }: Readiness, openLetters: number | undefined): void {
  byId('verdict').dataset.status = status
  say(byId('verdict-word'), WORDS[status])
  const down = Object.entries(dependencies)
    .filter(([, state]) => state.status === 'down')
    .map(([name]) => dependencyName(name))
  say(byId('verdict-meaning'), [meaning(status, down), letters(openLetters)].join(' '))
}

export function showNobody(): void {
  byId('verdict').dataset.status = 'lost'
  say(byId('verdict-word'), 'No answer')
  say(byId('verdict-meaning'), 'The shop does not answer. What is below is what it last said.')
}

export function showDependencies({ dependencies }: Readiness, trends: Trends, nowMs: number): void {
  byId('dependencies').replaceChildren(
    ...Object.entries(dependencies).map(([name, state]) => dependencyItem(name, state, trends, nowMs)),
  )
}

function dependencyItem(name: string, state: DependencyState, trends: Trends, nowMs: number): HTMLLIElement {
  const isUp = state.status === 'up'
  const facts = isUp ? `answers in ${state.latency_ms} ms` : `down: ${state.reason ?? 'no reason given'}`
  return element(
    'li',
    { 'data-status': state.status },
    icon(state.status),
    element(
      'div',
      { class: 'dependency' },
      element('strong', {}, dependencyName(name)),
      ' ',
      element('span', { class: 'aside' }, state.required ? 'needed by everything' : 'needed by its orders'),
      element('span', { class: isUp ? 'detail' : 'detail bad' }, facts),
      sparkline(trends.line(latencyTrend(name)), trends.spanMs, nowMs, 'plain'),
    ),
  )
}

export function latencyTrend(dependency: string): string {
  return `latency of ${dependency}`
}

function icon(status: DependencyState['status']): SVGSVGElement {
  return svgElement(
    'svg',
    { viewBox: '0 0 16 16', class: 'icon', 'data-icon': status, 'aria-hidden': 'true' },
    svgElement('circle', { cx: '8', cy: '8', r: '8', class: 'icon-ground' }),
    svgElement('path', { d: ICONS[status] }),
  )
}

function meaning(status: Readiness['status'], down: readonly string[]): string {
  if (status === 'ready') return 'Everything answers.'
  const who = `${down.join(' and ')} ${down.length === 1 ? 'does' : 'do'} not answer.`
  return status === 'unavailable' ? `${who} No order can be placed.` : `${who} Other orders go on.`
}

function letters(open: number | undefined): string {
  if (open === undefined) return ''
  if (open === 0) return 'No dead letter is open.'
  return `${plural(open, 'dead letter')} ${open === 1 ? 'is' : 'are'} open.`
}
