import { outboxRelay, scheduled } from '../composition'

/** Less than the function's timeout by the longest that a batch may take. */
const SWEEP_MS = 40_000

/** Relays what no process has relayed after its commit: it ended, could not reach Kafka, or is not allowed to. */
export const handler = scheduled(async () => ({ events: await outboxRelay.sweep(SWEEP_MS) }))
