import { createPoller } from '../delivery/create-poller'
import { createLanes } from '../delivery/lanes'
import type { KafkaMapping, Poller, PollerParts } from '../event-source-mapping'
import { compileFilters } from '../filter/filter-pattern'
import { KAFKA_POLLER_DEFAULTS, type KafkaPollerOptions } from './kafka-client-settings'
import { openKafkaSession } from './kafka-session'

/**
 * Polls one topic as a member of the mapping's consumer group. A batch contains records of one partition. Batches of one
 * partition are delivered one after another, and partitions in parallel. At least once: an offset is committed after the
 * function has returned.
 */
export function createKafkaPoller(
  mapping: KafkaMapping,
  parts: PollerParts,
  options: Partial<KafkaPollerOptions> = {},
): Poller {
  const settings = { ...KAFKA_POLLER_DEFAULTS, ...options }
  const lanes = createLanes()
  const passesFilters = compileFilters(mapping.filters, 'value')
  return createPoller(mapping, parts, {
    reconnectDelay: settings.reconnectDelay,
    openSession: (stats, signal) => openKafkaSession({ mapping, parts, settings, lanes, passesFilters, stats, signal }),
  })
}
