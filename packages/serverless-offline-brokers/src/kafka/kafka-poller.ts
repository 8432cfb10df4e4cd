import { createPoller } from '../delivery/create-poller'
import { createLanes } from '../delivery/lanes'
import type { KafkaMapping, Poller, PollerParts } from '../event-source-mapping'
import { compileFilters } from '../filter/filter-pattern'
import { combineInvocations } from './combine-invocations'
import { KAFKA_POLLER_DEFAULTS, type KafkaPollerOptions } from './kafka-client-settings'
import { openKafkaSession } from './kafka-session'

/**
 * Polls one topic as a member of the mapping's consumer group. A batch contains records of one partition, unless the mapping
 * wants batches across partitions. Batches of one partition are delivered one after another, and partitions in parallel. At
 * least once: an offset is committed after the function has returned.
 */
export function createKafkaPoller(
  mapping: KafkaMapping,
  parts: PollerParts,
  options: Partial<KafkaPollerOptions> = {},
): Poller {
  const settings = { ...KAFKA_POLLER_DEFAULTS, ...options }
  const shared = {
    ...(mapping.batchAcrossPartitions ? acrossPartitions(mapping, parts) : { mapping, parts }),
    settings,
    lanes: createLanes(),
    passesFilters: compileFilters(mapping.filters, 'value'),
  }
  let sessions = 0
  let failuresInARow = 0
  return createPoller(mapping, parts, {
    reconnectDelay: settings.reconnectDelay,
    async openSession(stats, signal) {
      failuresInARow += 1
      const session = await openKafkaSession({ ...shared, stats, signal, session: sessions++, attempt: failuresInARow })
      failuresInARow = 0
      return session
    },
  })
}

/** Each partition forms batches of half the size, so that those of two partitions fit into one event. */
function acrossPartitions(mapping: KafkaMapping, parts: PollerParts): { mapping: KafkaMapping; parts: PollerParts } {
  const { batchSize } = mapping
  return {
    mapping: { ...mapping, batchSize: Math.max(Math.floor(batchSize / 2), 1) },
    parts: { ...parts, invoke: combineInvocations(parts.invoke, batchSize) },
  }
}
