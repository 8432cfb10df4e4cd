import { join } from 'node:path'
import * as esbuild from 'esbuild'

const ROOT = join(import.meta.dirname, '..', '..')

/**
 * What `serverless.yml` needs of the configuration: where the local brokers are and how they are polled
 * (`custom.serverless-offline-brokers`), and what the events name. From the one schema, with its precedence.
 */
export async function eventSources() {
  const config = await readConfig()
  return {
    names: {
      topic: config.KAFKA_TOPIC,
      deadLetterTopic: config.KAFKA_DLQ_TOPIC,
      consumerGroupId: config.KAFKA_GROUP_ID,
      queue: config.RABBITMQ_QUEUE,
      deadLetterQueue: config.RABBITMQ_DLQ,
      batchSize: config.CONSUMER_BATCH_SIZE,
    },
    settings: {
      kafka: {
        brokers: config.KAFKA_BROKERS,
        fetchMinBytes: config.KAFKA_FETCH_MIN_BYTES,
        fetchMaxBytesPerPartition: config.KAFKA_FETCH_MAX_BYTES,
        fetchMaxWaitMs: config.KAFKA_FETCH_MAX_WAIT_MS,
        rebalanceTimeoutMs: config.KAFKA_REBALANCE_TIMEOUT_MS,
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
    },
  }
}

/**
 * The framework resolves its variables before anything is built, and loads no TypeScript.
 * @returns {Promise<import('@ecommerce/runtime/config').Config>}
 */
async function readConfig() {
  const { outputFiles } = await esbuild.build({
    absWorkingDir: ROOT,
    entryPoints: ['layers/runtime/src/config.ts'],
    bundle: true,
    platform: 'node',
    format: 'esm',
    write: false,
  })
  const source = Buffer.from(outputFiles[0]?.contents ?? '').toString('base64')
  const module = await import(`data:text/javascript;base64,${source}`)
  return module.readConfig(ROOT)
}
