import { describe, expect, it } from 'vitest'
import { readMetrics, total, withLabels } from './read-metrics'

const TEXT = `# HELP orders Orders, by status
# TYPE orders gauge
orders{channel="sync",status="confirmed"} 12
orders{channel="sync",status="rejected"} 3
orders{channel="kafka",status="confirmed"} 5 1700000000000
pending 0.25
seconds_bucket{le="+Inf",route="/a"} 7
odd{text="a \\"b\\" \\\\ {c}, d=\\n"} NaN

not a sample
`

describe('the metrics reader', () => {
  const scrape = readMetrics(TEXT)

  it('reads name, labels and value of each sample', () => {
    expect(scrape.get('orders')).toEqual([
      { labels: { channel: 'sync', status: 'confirmed' }, value: 12 },
      { labels: { channel: 'sync', status: 'rejected' }, value: 3 },
      { labels: { channel: 'kafka', status: 'confirmed' }, value: 5 },
    ])
    expect(scrape.get('pending')).toEqual([{ labels: {}, value: 0.25 }])
    expect(scrape.get('seconds_bucket')?.[0]?.labels.le).toBe('+Inf')
  })

  it('unescapes the values of labels', () => {
    expect(scrape.get('odd')).toEqual([{ labels: { text: 'a "b" \\ {c}, d=\n' }, value: Number.NaN }])
  })

  it('ignores lines that are not samples', () => {
    expect([...scrape.keys()]).toEqual(['orders', 'pending', 'seconds_bucket', 'odd'])
  })

  it('sums the series that have the given labels', () => {
    expect(total(scrape, 'orders')).toBe(20)
    expect(total(scrape, 'orders', { channel: 'sync' })).toBe(15)
    expect(withLabels(scrape, 'orders', { status: 'confirmed' })).toHaveLength(2)
  })

  it('distinguishes absent series from 0', () => {
    expect(total(scrape, 'orders', { channel: 'rabbitmq' })).toBeUndefined()
    expect(total(scrape, 'missing')).toBeUndefined()
  })
})
