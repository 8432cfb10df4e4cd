import { type ConsumerConfig, type KafkaConfig, logLevel, PartitionAssigners } from 'kafkajs'
import type { KafkaMapping, RetryDelay } from '../event-source-mapping'
import { type Assignment, createStickyAssigner } from './sticky-assigner'

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

/** Short, because there is a poller above that begins anew: what kafkajs cannot repair in seconds, it never does. */
const CLIENT_RETRY = { initialRetryTime: 100, maxRetryTime: 1_000, retries: 4 }

/** Long enough for the rebalances that follow each other when several pollers start at once. */
const CONSUMER_RETRY = { initialRetryTime: 100, maxRetryTime: 1_000, retries: 8 }

export function clientSettings({ brokers, sasl, tls, name }: KafkaMapping): KafkaConfig {
  return {
    clientId: `serverless-offline-brokers/${name}`,
    brokers: [...brokers],
    ssl: tls,
    ...(sasl && { sasl: toSaslOptions(sasl) }),
    connectionTimeout: 3_000,
    retry: CLIENT_RETRY,
    // What matters is told by events and rejections, and ends in the state of the mapping.
    logLevel: logLevel.NOTHING,
  }
}

/** Each mechanism is a type of its own for kafkajs. */
function toSaslOptions({ mechanism, username, password }: NonNullable<KafkaMapping['sasl']>) {
  switch (mechanism) {
    case 'plain':
      return { mechanism, username, password } as const
    case 'scram-sha-256':
      return { mechanism, username, password } as const
    case 'scram-sha-512':
      return { mechanism, username, password } as const
  }
}

export function consumerSettings(
  mapping: KafkaMapping,
  settings: KafkaPollerOptions,
  assigned: () => Assignment,
): ConsumerConfig {
  return {
    groupId: mapping.consumerGroupId,
    // Round robin is what other kafkajs members of the group know.
    partitionAssigners: [createStickyAssigner(assigned), PartitionAssigners.roundRobin],
    minBytes: settings.fetchMinBytes,
    maxBytesPerPartition: settings.fetchMaxBytesPerPartition,
    maxWaitTimeInMs: settings.fetchMaxWaitMs,
    sessionTimeout: settings.sessionTimeoutMs,
    rebalanceTimeout: settings.rebalanceTimeoutMs,
    heartbeatInterval: settings.heartbeatIntervalMs,
    metadataMaxAge: settings.metadataMaxAgeMs,
    allowAutoTopicCreation: false,
    // A consumer that kafkajs restarts can end as a second member on the same partitions (tulios/kafkajs#1122).
    retry: { ...CONSUMER_RETRY, restartOnFailure: async () => false },
  }
}
