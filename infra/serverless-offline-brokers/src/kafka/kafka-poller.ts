import { createPoller } from '../delivery/create-poller'
import { createLanes } from '../delivery/lanes'
import type { KafkaMapping, Poller, PollerParts, RetryDelay } from '../event-source-mapping'
import { compileFilters } from '../filter-pattern'
import { openKafkaSession } from './kafka-session'

/** What AWS does not document and a mapping does not say. */
export interface KafkaPollerOptions {
  readonly fetchMinBytes: number
  readonly fetchMaxBytesPerPartition: number
  readonly fetchMaxWaitMs: number
  readonly rebalanceTimeoutMs: number
  /**
   * How long the group waits for a member that is gone, and so how long a poller may wait that comes back after a
   * crash. Heartbeats do not wait for the function, so it can be short; only a function that blocks the process for
   * that long costs the membership.
   */
  readonly sessionTimeoutMs: number
  readonly heartbeatIntervalMs: number
  /** After how long a partition that was added to the topic is found. */
  readonly metadataMaxAgeMs: number
  readonly reconnectDelay: RetryDelay
}

export const KAFKA_POLLER_DEFAULTS: KafkaPollerOptions = {
  fetchMinBytes: 1,
  fetchMaxBytesPerPartition: 1_048_576,
  fetchMaxWaitMs: 100,
  rebalanceTimeoutMs: 60_000,
  sessionTimeoutMs: 10_000,
  heartbeatIntervalMs: 3_000,
  metadataMaxAgeMs: 30_000,
  reconnectDelay: { firstMs: 250, longestMs: 5_000 },
}

/**
 * Polls one topic as a member of the mapping's consumer group. Batches are of one partition each: within a partition
 * one after another, partitions side by side. At least once: an offset is committed after the function is done.
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
    openSession: (tally, signal) => openKafkaSession({ mapping, parts, settings, lanes, passesFilters, tally, signal }),
  })
}
