import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { METRICS, type MetricDefinition } from './catalogue'

const OPERATIONS = join(import.meta.dirname, '..', '..', '..', '..', 'docs', 'operations.md')

describe('the metrics', () => {
  it('are listed in docs/operations.md, with their types and labels', () => {
    const rows = readFileSync(OPERATIONS, 'utf8').matchAll(/^\| `(ecommerce_\w+)` \| (\w+) \|([^|]*)\|/gm)
    const documented = [...rows].map(([, name, type, labels]) => [
      name,
      { type, labels: [...(labels ?? '').matchAll(/`(\w+)`/g)].map(([, label]) => label) },
    ])

    const defined = Object.entries<MetricDefinition>(METRICS).map(([name, { type, labels }]) => [
      name,
      { type, labels: [...labels] },
    ])
    expect(Object.fromEntries(documented)).toEqual(Object.fromEntries(defined))
  })

  it.each(Object.entries<MetricDefinition>(METRICS))(
    'have names that follow the conventions of Prometheus: %s',
    (name, definition) => {
      expect(name.endsWith('_total')).toBe(definition.type === 'counter')
      expect(name).not.toMatch(/_ms$|millis/)
      expect(definition.buckets !== undefined).toBe(definition.type === 'histogram')
    },
  )
})
