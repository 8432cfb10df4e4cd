import type { Fault } from './fault'
import { KAFKA_FAULTS } from './kafka-faults'
import { MYSQL_FAULTS } from './mysql-faults'
import { NETWORK_FAULTS, PARTITION_IN_TRANSACTION } from './network-faults'
import { PROCESS_FAULTS } from './process-faults'
import { RABBITMQ_FAULTS } from './rabbitmq-faults'

/** In the order of a run: faults that leave something behind come last. */
export const CATALOGUE: readonly Fault[] = [
  ...NETWORK_FAULTS,
  PARTITION_IN_TRANSACTION,
  ...PROCESS_FAULTS,
  ...MYSQL_FAULTS,
  ...RABBITMQ_FAULTS,
  ...KAFKA_FAULTS,
]
