import { byId, element, setText } from '@ecommerce/look/elements'
import { plural } from '@ecommerce/look/format'
import type { Tone } from '@ecommerce/look/icons'
import { icon } from '@ecommerce/look/marks'
import type { DependencyState, Readiness } from './shop-api'
import { sparkline } from './sparkline'
import type { Trends } from './trends'

const NAMES: Readonly<Record<string, string>> = { mysql: 'MySQL', kafka: 'Kafka', rabbitmq: 'RabbitMQ' }

const WORDS = { ready: 'Ready', degraded: 'Degraded', unavailable: 'Unavailable' } as const

const TONES: Readonly<Record<Readiness['status'], Tone>> = { ready: 'good', degraded: 'doubtful', unavailable: 'bad' }

export function dependencyName(name: string): string {
  return NAMES[name] ?? name
}

/** Shows the most important fact in large letters: whether the shop can accept orders, and what is missing. */
export function showVerdict({ status, dependencies }: Readiness, openLetters: number | undefined): void {
  byId('verdict').dataset.tone = TONES[status]
  setText(byId('verdict-word'), WORDS[status])
  const down = Object.entries(dependencies)
    .filter(([, state]) => state.status === 'down')
    .map(([name]) => dependencyName(name))
  setText(byId('verdict-meaning'), `${meaning(status, down)} ${deadLetters(openLetters)}`.trim())
}

export function showNoResponse(): void {
  byId('verdict').dataset.tone = 'bad'
  setText(byId('verdict-word'), 'No response')
  setText(byId('verdict-meaning'), 'The shop does not respond. This page shows its last known state.')
}

export function showDependencies({ dependencies }: Readiness, trends: Trends, nowMs: number): void {
  byId('dependencies').replaceChildren(
    ...Object.entries(dependencies).map(([name, state]) => dependencyItem(name, state, trends, nowMs)),
  )
}

function dependencyItem(name: string, state: DependencyState, trends: Trends, nowMs: number): HTMLLIElement {
  const isUp = state.status === 'up'
  const detail = isUp ? `responds in ${state.latency_ms} ms` : `down: ${state.reason ?? 'reason unknown'}`
  return element(
    'li',
    { 'data-status': state.status },
    icon(isUp ? 'good' : 'bad'),
    element(
      'div',
      { class: 'dependency' },
      element('strong', {}, dependencyName(name)),
      ' ',
      element('span', { class: 'aside' }, state.required ? 'required by all channels' : 'required by its own channel'),
      element('span', { class: isUp ? 'detail' : 'detail bad' }, detail),
      sparkline(trends.line(latencyTrend(name)), trends.spanMs, nowMs, '--muted'),
    ),
  )
}

export function latencyTrend(dependency: string): string {
  return `latency of ${dependency}`
}

function meaning(status: Readiness['status'], down: readonly string[]): string {
  if (status === 'ready') return 'All servers respond.'
  const cause = `${down.join(' and ')} ${down.length === 1 ? 'does' : 'do'} not respond.`
  return status === 'unavailable'
    ? `${cause} The shop accepts no orders.`
    : `${cause} The other channels accept orders.`
}

function deadLetters(open: number | undefined): string {
  if (open === undefined) return ''
  if (open === 0) return 'No open dead letters.'
  return `${plural(open, 'open dead letter')}.`
}
