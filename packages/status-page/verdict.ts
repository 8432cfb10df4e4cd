import { byId, element, setText } from '@ecommerce/look/elements'
import { formatCount } from '@ecommerce/look/format'
import { icon } from '@ecommerce/look/marks'
import type { DependencyState, Readiness } from './shop-api'
import { sparkline } from './sparkline'
import type { Trends } from './trends'
import { dependencyName, type Verdict } from './verdict-of'

export function showVerdict({ tone, word, meaning }: Verdict): void {
  byId('verdict').dataset.tone = tone
  setText(byId('verdict-word'), word)
  setText(byId('verdict-meaning'), meaning)
}

export function showNoResponse(): void {
  showVerdict({
    tone: 'bad',
    word: 'No response',
    meaning: 'The shop does not respond. This page shows its last known state.',
  })
}

export function showDependencies({ dependencies }: Readiness, trends: Trends, nowMs: number): void {
  byId('dependencies').replaceChildren(
    ...Object.entries(dependencies).map(([name, state]) => dependencyItem(name, state, trends, nowMs)),
  )
}

function dependencyItem(name: string, state: DependencyState, trends: Trends, nowMs: number): HTMLLIElement {
  const isUp = state.status === 'up'
  const trend = sparkline(trends.line(latencyTrend(name)), {
    name: 'latency',
    unit: 'ms',
    format: formatCount,
    color: '--muted',
    spanMs: trends.spanMs,
    nowMs,
  })
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
      ...(isUp
        ? []
        : [element('span', { class: 'detail bad' }, state.reason === undefined ? 'down' : `down: ${state.reason}`)]),
      trend,
    ),
  )
}

export function latencyTrend(dependency: string): string {
  return `latency of ${dependency}`
}
