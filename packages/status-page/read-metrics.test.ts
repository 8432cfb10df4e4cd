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

describe('the text of Prometheus', () => {
  const scrape = readMetrics(TEXT)

  it('is read by name, labels and value', () => {
    expect(scrape.get('orders')).toEqual([
      { labels: { channel: 'sync', status: 'confirmed' }, value: 12 },
      { labels: { channel: 'sync', status: 'rejected' }, value: 3 },
      { labels: { channel: 'kafka', status: 'confirmed' }, value: 5 },
    ])
    expect(scrape.get('pending')).toEqual([{ labels: {}, value: 0.25 }])
    expect(scrape.get('seconds_bucket')?.[0]?.labels.le).toBe('+Inf')
  })

  it('keeps what a label holds', () => {
    expect(scrape.get('odd')).toEqual([{ labels: { text: 'a "b" \\ {c}, d=\n' }, value: Number.NaN }])
  })

  it('has no sample where there is none', () => {
    expect([...scrape.keys()]).toEqual(['orders', 'pending', 'seconds_bucket', 'odd'])
  })

  it('adds up series by some of their labels', () => {
    expect(total(scrape, 'orders')).toBe(20)
    expect(total(scrape, 'orders', { channel: 'sync' })).toBe(15)
    expect(withLabels(scrape, 'orders', { status: 'confirmed' })).toHaveLength(2)
  })

  it('tells what is absent from what is 0', () => {
    expect(total(scrape, 'orders', { channel: 'rabbitmq' })).toBeUndefined()
    expect(total(scrape, 'missing')).toBeUndefined()
  })
})
