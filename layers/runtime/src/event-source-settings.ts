import type { Config } from '@ecommerce/runtime/config'

/** The settings that the events of `serverless.yml` use, by their names there. */
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

/** The configuration, with the virtual host that is the path of `RABBITMQ_URL`. */
export function toEventSettings(config: Config): EventSettings {
  const { pathname } = new URL(config.RABBITMQ_URL[0])
  return { ...config, RABBITMQ_VHOST: decodeURIComponent(pathname.slice(1)) || '/' }
}

/** A consumer learns of a rebalance with its next heartbeat, so more heartbeats make rebalances shorter. */
const HEARTBEATS_PER_SESSION = 4

/** The section `custom.serverless-offline-brokers`: addresses of the brokers and settings of the pollers. */
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
    // The event sources enforce timeouts without the timer that serverless-offline leaves behind for each invocation.
    noTimeout: false,
    ...(config.EVENT_SOURCES_PORT > 0 && { httpPort: config.EVENT_SOURCES_PORT }),
  }
}
