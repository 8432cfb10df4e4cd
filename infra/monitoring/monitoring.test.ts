import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { METRICS } from '@ecommerce/runtime'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

/** Metrics of Prometheus itself and of prom-client. */
const FOREIGN_METRICS = [
  'up',
  'process_cpu_seconds_total',
  'process_resident_memory_bytes',
  'nodejs_eventloop_lag_p99_seconds',
  'nodejs_heap_size_used_bytes',
]

interface Rule {
  readonly alert: string
  readonly expr: string
  readonly for: string
  readonly labels: { readonly severity: string }
  readonly annotations: { readonly summary: string }
}

interface Panel {
  readonly id: number
  readonly title: string
  readonly description: string
  readonly targets: readonly { readonly expr: string }[]
}

const read = (...path: string[]) => readFileSync(join(import.meta.dirname, ...path), 'utf8')
const { groups } = parse(read('alerts.yml')) as { groups: { rules: Rule[] }[] }
const rules = groups.flatMap((group) => group.rules)
const dashboards = readdirSync(join(import.meta.dirname, 'grafana', 'dashboards')).map(
  (file) => JSON.parse(read('grafana', 'dashboards', file)) as { uid: string; panels: Panel[] },
)
const panels = dashboards.flatMap((dashboard) => dashboard.panels)
const expressions = [
  ...rules.map(({ expr }) => expr),
  ...panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
]

/** A metric and its label matchers. */
const SELECTOR = /\b(up|(?:ecommerce|process|nodejs)_\w+)(?:\{([^}]*)\})?/g

describe('dashboards and alerts', () => {
  it('query only metrics and labels that exist', () => {
    const known = new Map(Object.entries(METRICS).map(([name, { labels }]) => [name, new Set<string>(labels)]))
    const selectors = expressions.flatMap((expression) => [...expression.matchAll(SELECTOR)])
    expect(selectors.length).toBeGreaterThan(40)

    for (const [, metric = '', matchers = ''] of selectors) {
      const labels = known.get(metric.replace(/_bucket$/, ''))
      if (labels === undefined) expect(FOREIGN_METRICS).toContain(metric)
      for (const [, label = ''] of matchers.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)) {
        expect([...(labels ?? []), 'job', 'instance'], `${metric} by ${label}`).toContain(label)
      }
    }
  })

  it('use every metric of the shop', () => {
    const queried = expressions.flatMap((expression) => [...expression.matchAll(SELECTOR)])
    const names = new Set(queried.map(([, metric = '']) => metric.replace(/_bucket$/, '')))

    expect(Object.keys(METRICS).filter((name) => !names.has(name))).toEqual([])
  })
})

describe('every alert', () => {
  it.each(rules)('$alert has a delay, a known severity and a summary', (rule) => {
    expect(rule.for).toMatch(/^\d+[sm]$/)
    expect(['critical', 'warning']).toContain(rule.labels.severity)
    expect(rule.annotations.summary).not.toBe('')
  })

  it('is documented, and every documented alert exists', () => {
    const [, section = ''] = /\n## Alerts\n([\s\S]*?)\n## /.exec(read('..', '..', 'docs', 'operations.md')) ?? []
    const documented = [...section.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name)

    expect(documented.sort()).toEqual(rules.map(({ alert }) => alert).sort())
  })
})

describe('every dashboard', () => {
  it('has a unique id, and panels with a description', () => {
    expect(new Set(dashboards.map(({ uid }) => uid)).size).toBe(dashboards.length)
    for (const { panels: own } of dashboards) expect(new Set(own.map(({ id }) => id)).size).toBe(own.length)
    for (const { title, description } of panels) expect(description, title).toMatch(/^[A-Z].*\.$/)
  })
})

const promtool = spawnSync('promtool', ['--version']).status === 0

it.runIf(promtool)('Prometheus accepts the rules (where promtool is installed)', () => {
  const { status, stderr } = spawnSync('promtool', ['check', 'rules', join(import.meta.dirname, 'alerts.yml')])

  expect(status, String(stderr)).toBe(0)
})
