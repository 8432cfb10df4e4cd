import type { Config } from '@ecommerce/runtime/config'

/** The settings that the events of `serverless.yml` name, by the name they have there. */
export const EVENT_SETTINGS = {
  topic: 'KAFKA_TOPIC',
  deadLetterTopic: 'KAFKA_DLQ_TOPIC',
  consumerGroupId: 'KAFKA_GROUP_ID',
  queue: 'RABBITMQ_QUEUE',
  deadLetterQueue: 'RABBITMQ_DLQ',
  virtualHost: 'RABBITMQ_VHOST',
  batchSize: 'CONSUMER_BATCH_SIZE',
} as const satisfies Readonly<Record<string, keyof EventSettings>>

type EventSettings = Config & { readonly RABBITMQ_VHOST: string }

/** The settings, and the one that is part of another: the path of `RABBITMQ_URL`. */
export function toEventSettings(config: Config): EventSettings {
  const { pathname } = new URL(config.RABBITMQ_URL)
  return { ...config, RABBITMQ_VHOST: decodeURIComponent(pathname.slice(1)) || '/' }
}

/** The others of the group learn of a rebalance with their next heartbeat, so it is part of how long one takes. */
const HEARTBEATS_PER_SESSION = 4

/** `custom.serverless-offline-brokers`: where the brokers are and how they are polled. */
export function toBrokerSettings(config: Config) {
  return {
    kafka: {
      brokers: config.KAFKA_BROKERS,
      fetchMinBytes: config.KAFKA_FETCH_MIN_BYTES,
      fetchMaxBytesPerPartition: config.KAFKA_FETCH_MAX_BYTES,
      fetchMaxWaitMs: config.KAFKA_FETCH_MAX_WAIT_MS,
      rebalanceTimeoutMs: config.KAFKA_REBALANCE_TIMEOUT_MS,
      sessionTimeoutMs: config.KAFKA_SESSION_TIMEOUT_MS,
      heartbeatIntervalMs: Math.floor(config.KAFKA_SESSION_TIMEOUT_MS / HEARTBEATS_PER_SESSION),
    },
    rabbitmq: {
      url: config.RABBITMQ_URL,
      concurrency: config.RABBITMQ_CONCURRENCY,
      ...(config.RABBITMQ_PREFETCH > 0 && { prefetch: config.RABBITMQ_PREFETCH }),
    },
    drainTimeoutMs: config.DRAIN_TIMEOUT_MS,
    // serverless-offline would leave a timer behind for every invocation; the event sources do not.
    noTimeout: false,
    ...(config.EVENT_SOURCES_PORT > 0 && { httpPort: config.EVENT_SOURCES_PORT }),
  }
}
