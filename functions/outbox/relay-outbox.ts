import { gauges } from '../composition/operations'
import { outboxRelay } from '../composition/outbox'
import { metrics, scheduled } from '../composition/telemetry'

/** The timeout of the function minus the longest time that one batch may take. */
const SWEEP_MS = 40_000

/**
 * Relays the events that no process has relayed after its commit, because it ended, could not reach Kafka, or runs on
 * Lambda.
 */
export const handler = scheduled(async () => {
  // Before the sweep: if that fails, the backlog matters most.
  await metrics.push(gauges)
  return { events: await outboxRelay.sweep(SWEEP_MS) }
})
