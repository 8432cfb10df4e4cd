import { describe, expect, it } from 'vitest'
import { trendSpec } from './trend-chart'
import { Trends } from './trends'

const OPTIONS = {
  unit: 'orders',
  channels: ['kafka', 'rabbitmq'] as const,
  trendOf: (channel: string) => `backlog of ${channel}`,
  leastEnd: 10,
}

function trendsOver(seconds: number): Trends {
  const trends = new Trends(300_000, 60_000)
  for (let at = 0; at <= seconds; at += 2) trends.add(at * 1_000, { 'backlog of kafka': at })
  return trends
}

describe('a chart of trends', () => {
  it('ends now, and has a gap where a value was not known', () => {
    const { x, lines } = trendSpec(OPTIONS, trendsOver(4), 4_000)

    expect(x).toEqual([-4, -2, 0])
    expect(lines.map(({ label, values }) => [label, values])).toEqual([
      ['Kafka', [0, 2, 4]],
      ['RabbitMQ', [null, null, null]],
    ])
  })

  it('has a scale from zero to a round number above all values, and no smaller one than given', () => {
    expect(trendSpec(OPTIONS, trendsOver(4), 4_000).yAxis.range).toEqual([0, 10])
    expect(trendSpec(OPTIONS, trendsOver(70), 70_000).yAxis.range).toEqual([0, 80])
  })

  it.each([
    [10, ['−60 s', '−30 s', 'now']],
    [100, ['−90 s', '−60 s', '−30 s', 'now']],
    [240, ['−4 min', '−3 min', '−2 min', '−1 min', 'now']],
  ])('labels its last %d seconds with %j', (seconds, labels) => {
    const { xAxis } = trendSpec(OPTIONS, trendsOver(seconds), seconds * 1_000)

    expect(xAxis.ticks?.map((tick) => xAxis.format(tick))).toEqual(labels)
  })
})
