import { describe, expect, it } from 'vitest'
import { type GaugeSource, MeasuredGauges, type Sample, sample } from './measured-gauges'

const pending = (value: number) => sample('ecommerce_outbox_pending_events', {}, value)
const letters = (value: number) => sample('ecommerce_dead_letters', { broker: 'kafka' }, value)

function source(name: string, measure: () => Promise<readonly Sample[]>): GaugeSource {
  return { name, measure }
}

const hangs = () => new Promise<never>(() => undefined)

function setUp(sources: readonly GaugeSource[]) {
  let now = 0
  const failed: string[] = []
  const gauges = new MeasuredGauges(sources, {
    withinMs: 20,
    intervalMs: 1_000,
    clock: () => now,
    onFailure: (name) => failed.push(name),
  })
  return {
    gauges,
    failed,
    goOn: (ms: number) => {
      now += ms
    },
  }
}

describe('measured gauges', () => {
  it('come from all sources, in their order', async () => {
    const { gauges, failed } = setUp([
      source('outbox', async () => [pending(3)]),
      source('dead-letters', async () => [letters(1)]),
    ])

    expect(await gauges.measure()).toEqual([pending(3), letters(1)])
    expect(failed).toEqual([])
  })

  it('are measured once per interval, whatever the number of callers', async () => {
    let count = 0
    const { gauges, goOn } = setUp([source('outbox', async () => [pending(++count)])])

    const first = await Promise.all([gauges.measure(), gauges.measure()])
    goOn(999)
    const second = await gauges.measure()
    goOn(1)
    const third = await gauges.measure()

    expect([...first, second, third]).toEqual([[pending(1)], [pending(1)], [pending(1)], [pending(2)]])
  })

  it.each([
    { what: 'rejects', measure: () => Promise.reject(new Error('refused')) },
    { what: 'hangs', measure: hangs },
    {
      what: 'throws',
      measure: () => {
        throw new Error('defect')
      },
    },
  ])('are absent for a source that $what, which is reported, and the others are present', async ({ measure }) => {
    const { gauges, failed } = setUp([source('broken', measure), source('outbox', async () => [pending(3)])])

    expect(await gauges.measure()).toEqual([pending(3)])
    expect(failed).toEqual(['broken'])
  })

  it('are not queried again from a source that hangs, and are present when it responds', async () => {
    let begun = 0
    let answer: (samples: readonly Sample[]) => void = () => undefined
    const slow = source('outbox', () => {
      begun++
      return new Promise((resolve) => {
        answer = resolve
      })
    })
    const { gauges, failed, goOn } = setUp([slow])

    expect(await gauges.measure()).toEqual([])
    goOn(1_000)
    const later = gauges.measure()
    answer([pending(7)])

    expect(await later).toEqual([pending(7)])
    expect({ begun, failed }).toEqual({ begun: 1, failed: ['outbox'] })
    goOn(1_000)
    void gauges.measure()
    expect(begun).toBe(2)
  })
})
