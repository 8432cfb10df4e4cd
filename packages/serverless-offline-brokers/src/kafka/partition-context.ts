import type { Discard } from '../delivery/deliver-batch'
import type { Lanes } from '../delivery/lanes'
import type { MappingStats } from '../delivery/mapping-stats'
import type { KafkaRecord } from '../event/kafka-event'
import type { KafkaMapping, PollerParts } from '../event-source-mapping'
import type { Filter } from '../filter/filter-pattern'

/** What all sessions of a mapping share. */
export interface KafkaMappingContext {
  readonly mapping: KafkaMapping
  readonly parts: PollerParts
  readonly stats: MappingStats
  readonly lanes: Lanes
  readonly passesFilters: Filter
}

/** What all partitions of a session share. */
export interface PartitionContext extends KafkaMappingContext {
  /** Commits nothing once `revoked` is aborted. */
  commit(partition: number, offset: bigint, revoked: AbortSignal): Promise<void>
  /** Writes discarded records to the on-failure topic, if there is one. */
  storeDiscarded(records: readonly KafkaRecord[], discard: Omit<Discard<KafkaRecord>, 'records'>): Promise<void>
  /** A worker ended with an error, so its partition makes no progress any more. */
  workerFailed(error: unknown): void
}
