import {
  type Cluster,
  type ConsumerConfig,
  type KafkaConfig,
  logLevel,
  PartitionAssigners,
  type SASLOptions,
} from 'kafkajs'
import type { KafkaMapping, KafkaSasl, RetryDelay } from '../event-source-mapping'
import { requestToken } from './request-token'
import { rangeAssigner, roundRobinAssigner } from './standard-assigners'
import { type Assignment, createStickyAssigner } from './sticky-assigner'

/** Settings of the consumer, which neither AWS documents nor a mapping has. */
export interface KafkaPollerOptions {
  readonly fetchMinBytes: number
  readonly fetchMaxBytesPerPartition: number
  readonly fetchMaxWaitMs: number
  readonly rebalanceTimeoutMs: number
  /**
   * How long the group waits for a member that sends no heartbeat. A poller that restarts after a crash may wait that long
   * for its partitions. It can be short, because heartbeats do not wait for the function. Only a function that blocks the
   * process for this time costs the membership.
   */
  readonly sessionTimeoutMs: number
  readonly heartbeatIntervalMs: number
  /** A partition that is added to the topic is discovered within this time. */
  readonly metadataMaxAgeMs: number
  /** While no record arrives, a deleted topic is noticed within this time. It is also the age of the shown lag. */
  readonly topicCheckIntervalMs: number
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
  topicCheckIntervalMs: 1_000,
  reconnectDelay: { firstMs: 250, longestMs: 5_000 },
}

/** Few retries, because the poller opens a new session: what kafkajs cannot repair in seconds, it never repairs. */
const CLIENT_RETRY = { initialRetryTime: 100, maxRetryTime: 1_000, retries: 4 }

/** Enough retries for the successive rebalances when several pollers start together. */
const CONSUMER_RETRY = { initialRetryTime: 100, maxRetryTime: 1_000, retries: 8 }

/** A broker that does not respond in this time counts as lost: kafkajs would repeat the request on a dead connection. */
const RESPONSE_TIMEOUT_MS = 8_000

/** @param session the number of the session. Each begins with another broker of the list, because one may be frozen. */
export function clientSettings(
  { brokers, sasl, tls, name }: KafkaMapping,
  { fetchMaxWaitMs }: Pick<KafkaPollerOptions, 'fetchMaxWaitMs'>,
  session = 0,
): KafkaConfig {
  const first = session % brokers.length
  return {
    clientId: `serverless-offline-brokers/${name}`,
    brokers: [...brokers.slice(first), ...brokers.slice(0, first)],
    ssl: typeof tls === 'boolean' ? tls : { ...tls },
    ...(sasl && { sasl: toSaslOptions(sasl) }),
    connectionTimeout: 3_000,
    // A broker may hold a fetch back for the maximum wait.
    requestTimeout: RESPONSE_TIMEOUT_MS + fetchMaxWaitMs,
    retry: CLIENT_RETRY,
    // Errors arrive as events and rejections, and appear in the state of the mapping.
    logLevel: logLevel.NOTHING,
  }
}

/** In the types of kafkajs each mechanism is a separate type. */
function toSaslOptions(sasl: KafkaSasl): SASLOptions {
  switch (sasl.mechanism) {
    case 'plain':
      return { ...sasl, mechanism: 'plain' }
    case 'scram-sha-256':
      return { ...sasl, mechanism: 'scram-sha-256' }
    case 'scram-sha-512':
      return { ...sasl, mechanism: 'scram-sha-512' }
    case 'oauthbearer':
      return { mechanism: 'oauthbearer', oauthBearerProvider: async () => ({ value: await requestToken(sasl) }) }
  }
}

export function consumerSettings(
  mapping: KafkaMapping,
  settings: KafkaPollerOptions,
  assigned: () => Assignment,
  /** Receives the cluster of the consumer, which kafkajs passes to assigners only. */
  attach: (cluster: Cluster) => void,
): ConsumerConfig {
  const sticky = createStickyAssigner(assigned)
  return {
    groupId: mapping.consumerGroupId,
    // In order of preference. Members of other clients know the last two, other members of kafkajs only the second.
    partitionAssigners: [
      (config) => {
        attach(config.cluster)
        return sticky(config)
      },
      PartitionAssigners.roundRobin,
      rangeAssigner,
      roundRobinAssigner,
    ],
    minBytes: settings.fetchMinBytes,
    maxBytesPerPartition: settings.fetchMaxBytesPerPartition,
    maxWaitTimeInMs: settings.fetchMaxWaitMs,
    sessionTimeout: settings.sessionTimeoutMs,
    rebalanceTimeout: settings.rebalanceTimeoutMs,
    heartbeatInterval: settings.heartbeatIntervalMs,
    metadataMaxAge: settings.metadataMaxAgeMs,
    allowAutoTopicCreation: false,
    // A consumer that kafkajs restarts can become a second member with the same partitions (tulios/kafkajs#1122).
    retry: { ...CONSUMER_RETRY, restartOnFailure: async () => false },
  }
}
