import { describe, expect, it } from 'vitest'
import { METRICS } from './catalogue'
import { sample } from './measured-gauges'
import { PrometheusMetrics } from './prometheus-metrics'

const linesOf = (text: string, name: string) => text.split('\n').filter((line) => line.startsWith(name))

describe('the text for Prometheus', () => {
  it('has type and help of every metric of the catalogue', async () => {
    const text = await new PrometheusMetrics().render([])

    for (const [name, { type, help }] of Object.entries(METRICS)) {
      expect(text).toContain(`# TYPE ${name} ${type}\n`)
      expect(text).toContain(`# HELP ${name} ${help}\n`)
    }
  })

  it('adds up a counter, for each of its labels', async () => {
    const metrics = new PrometheusMetrics()
    const kafka = metrics.counter('ecommerce_measurement_errors_total', { source: 'kafka' })

    kafka.add()
    kafka.add(2)
    metrics.counter('ecommerce_measurement_errors_total', { source: 'outbox' }).add()

    expect(linesOf(await metrics.render([]), 'ecommerce_measurement_errors_total')).toEqual([
      'ecommerce_measurement_errors_total{source="kafka"} 3',
      'ecommerce_measurement_errors_total{source="outbox"} 1',
    ])
  })

  it('continues to count after it was read, and counts nothing twice', async () => {
    const metrics = new PrometheusMetrics()
    const name = 'ecommerce_measurement_errors_total'
    const add = (count: number) => metrics.counter(name, { source: 'kafka' }).add(count)

    add(1)
    expect(linesOf(await metrics.render([]), name)).toEqual([`${name}{source="kafka"} 1`])
    expect(linesOf(await metrics.render([]), name)).toEqual([`${name}{source="kafka"} 1`])
    add(2)

    expect(linesOf(await metrics.render([]), name)).toEqual([`${name}{source="kafka"} 3`])
  })

  it('counts a histogram into buckets, which exist from the start', async () => {
    const metrics = new PrometheusMetrics()
    const name = 'ecommerce_order_accepted_to_committed_seconds'
    const seconds = metrics.histogram(name, { channel: 'kafka' })

    expect(linesOf(await metrics.render([]), `${name}_count`)).toEqual([`${name}_count{channel="kafka"} 0`])
    seconds.observe(0.004)
    seconds.observe(20)

    const text = await metrics.render([])
    expect(linesOf(text, `${name}_count`)).toEqual([`${name}_count{channel="kafka"} 2`])
    expect(linesOf(text, `${name}_sum`)).toEqual([`${name}_sum{channel="kafka"} 20.004`])
    const bucket = (le: string) => linesOf(text, `${name}_bucket{le="${le}",channel="kafka"}`)[0]?.split(' ')[1]
    expect(['0.0025', '0.005', '10', '30', '+Inf'].map(bucket)).toEqual(['0', '1', '1', '2', '2'])
  })

  it('has the gauges of the last measurement and no earlier ones', async () => {
    const metrics = new PrometheusMetrics()

    const full = await metrics.render([
      sample('ecommerce_outbox_pending_events', {}, 3),
      sample('ecommerce_dead_letters', { broker: 'kafka' }, 0),
    ])
    const empty = await metrics.render([])

    expect(linesOf(full, 'ecommerce_outbox_pending_events')).toEqual(['ecommerce_outbox_pending_events 3'])
    expect(linesOf(full, 'ecommerce_dead_letters')).toEqual(['ecommerce_dead_letters{broker="kafka"} 0'])
    expect(linesOf(empty, 'ecommerce_')).toEqual([])
  })

  it('has the metrics of the process when it watches the process', async () => {
    const metrics = new PrometheusMetrics()
    await metrics.watchProcess()

    const text = await metrics.render([])

    for (const name of [
      'process_cpu_seconds_total',
      'process_resident_memory_bytes',
      'nodejs_eventloop_lag_p99_seconds',
    ])
      expect(linesOf(text, name)).toHaveLength(1)
  })
})
