import { gauges } from '../composition/operations'
import { outboxRelay } from '../composition/outbox'
import { metrics, scheduled } from '../composition/telemetry'

/** Less than the function's timeout by the longest that a batch may take. */
const SWEEP_MS = 40_000

/** Relays what no process has relayed after its commit: it ended, could not reach Kafka, or is not allowed to. */
export const handler = scheduled(async () => {
  // Before the sweep, which may fail: what waits is of interest then above all.
  await metrics.push(gauges)
  return { events: await outboxRelay.sweep(SWEEP_MS) }
})
