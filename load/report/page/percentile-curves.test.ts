import { describe, expect, it } from 'vitest'
import { sampleResults } from '../../testing/sample-results'
import { percentileCurves } from './percentile-curves'

const { channels } = sampleResults({ channels: ['sync', 'kafka'] })
const spec = percentileCurves(channels, 'commit', ['response', 'commit'])

describe('the percentile curves', () => {
  it('give each ten times rarer tail the same width', () => {
    expect(spec.xAxis.ticks?.map((tick) => spec.xAxis.format(tick))).toEqual([
      '50 %',
      '90 %',
      '99 %',
      '99.9 %',
      '99.99 %',
    ])
    const [, ninety = 0, ninetyNine = 0, next = 0] = spec.xAxis.ticks ?? []
    expect(ninetyNine - ninety).toBeCloseTo(next - ninetyNine)
  })

  it('run through the percentiles of the results, and mark them', () => {
    for (const [index, line] of spec.lines.entries()) {
      const latency = channels[index]?.latencies.commit
      const marked = line.marks?.map((mark) => line.values[mark.index] ?? Number.NaN) ?? []
      const [p50, p90, p99, p999] = [latency?.p50Ms, latency?.p90Ms, latency?.p99Ms, latency?.p999Ms]
      for (const [at, expected] of [p50, p90, p99, p999].entries()) {
        expect((marked[at] ?? 0) / (expected ?? 1)).toBeCloseTo(1, 1)
      }
    }
  })

  it('never fall', () => {
    for (const { values } of spec.lines) {
      const known = values.filter((value) => value !== null)
      expect(known).toEqual([...known].sort((a, b) => a - b))
    }
  })

  it('end where their own samples end', () => {
    const short = channels.map((channel, index) => {
      if (index === 1) return channel
      const { commit } = channel.latencies
      const curve = commit.curve.filter(([share]) => share <= 0.99)
      return { ...channel, latencies: { ...channel.latencies, commit: { ...commit, curve } } }
    })
    const [cut, whole] = percentileCurves(short, 'commit', ['commit']).lines
    expect(cut?.values.at(-1)).toBeNull()
    expect(whole?.values.at(-1)).not.toBeNull()
  })

  it('are empty without samples', () => {
    const nothing = channels.map((channel) => {
      const empty = { ...channel.latencies.commit, count: 0, curve: [] }
      return { ...channel, latencies: { response: empty, service: empty, commit: empty } }
    })
    const { lines, yAxis } = percentileCurves(nothing, 'commit', ['commit'])
    expect(lines.every(({ values }) => values.every((value) => value === null))).toBe(true)
    expect(yAxis.range).toEqual([1, 10])
  })
})
