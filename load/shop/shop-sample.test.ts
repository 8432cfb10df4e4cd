import { expect, it } from 'vitest'
import { readShopSample } from './shop-sample'

const TEXT = `
# HELP process_cpu_seconds_total Total user and system CPU time spent in seconds.
# TYPE process_cpu_seconds_total counter
process_cpu_seconds_total 12.5
process_resident_memory_bytes 1.5e8
nodejs_eventloop_lag_p99_seconds 0.012
ecommerce_kafka_consumer_lag{topic="orders",partition="0",group="g"} 3
ecommerce_kafka_consumer_lag{topic="orders",partition="1",group="g"} 4
ecommerce_rabbitmq_queue_messages{queue="orders"} 5
ecommerce_outbox_pending_events 6
ecommerce_outbox_oldest_event_age_seconds 0.25
ecommerce_dead_letters{broker="kafka",status="open"} 1
ecommerce_dead_letters_total 99
`

it('reads the metrics of the shop, and sums the lag over the partitions', () => {
  expect(readShopSample(TEXT, 1_000).sample).toEqual({
    consumerLag: 7,
    queueDepth: 5,
    outboxPending: 6,
    outboxAgeMs: 250,
    deadLetters: 1,
    residentBytes: 150_000_000,
    eventLoopP99Ms: 12,
  })
})

it('computes the CPU since the previous reading, as a percentage of one core', () => {
  const before = readShopSample('process_cpu_seconds_total 12.1', 500)

  expect(readShopSample(TEXT, 1_300, before).sample.cpuPercent).toBeCloseTo(50)
})

it('has no CPU for a process that was restarted', () => {
  const before = readShopSample('process_cpu_seconds_total 80', 0)

  expect(readShopSample(TEXT, 1_000, before).sample).not.toHaveProperty('cpuPercent')
})

it('is empty if the shop reports no known metric', () => {
  expect(readShopSample('up 1\nnonsense\nprocess_resident_memory_bytes NaN\n', 0).sample).toEqual({})
})
