import type { Consumer } from 'kafkajs'

export interface ConsumerWatch {
  onJoined(assignment: Readonly<Record<string, number[]>>): void
  /** The consumer cannot be used any more. May be called more than once. */
  onLost(reason: unknown): void
  /** kafkajs has fetched offsets without records for the function, and continues here. */
  onSkipped(topic: string, partition: number, nextOffset: bigint): void
  /** kafkajs requests metadata now and then, and when a partition has moved or was deleted. */
  onMetadataRequest(): void
  /** A consumer without any sign of life for this time is lost, even if kafkajs has not noticed. */
  readonly silenceLimitMs: number
}

/** After a crash kafkajs first stops and disconnects the consumer, and reports the cause later, within this time. */
const CRASH_REPORT_MS = 500

/** Watches one consumer through the events of kafkajs. Returns a function that ends the watch. */
export function watchConsumer(consumer: Consumer, watch: ConsumerWatch): () => void {
  const { onJoined, onLost, onMetadataRequest, onSkipped, silenceLimitMs } = watch
  let silenceTimer = setTimeout(silent, silenceLimitMs)
  let crashReportTimer: NodeJS.Timeout | undefined

  function silent(): void {
    onLost(new Error(`the consumer has been silent for ${silenceLimitMs / 1_000} s`))
  }

  function alive(): void {
    clearTimeout(silenceTimer)
    silenceTimer = setTimeout(silent, silenceLimitMs)
  }

  function ended(): void {
    crashReportTimer ??= setTimeout(() => onLost(new Error('the consumer has stopped')), CRASH_REPORT_MS)
  }

  const unsubscribe = [
    consumer.on('consumer.heartbeat', alive),
    consumer.on('consumer.fetch', alive),
    consumer.on('consumer.stop', ended),
    consumer.on('consumer.disconnect', ended),
    consumer.on('consumer.crash', ({ payload }) => onLost(payload.error)),
    consumer.on('consumer.end_batch_process', ({ payload: { topic, partition, batchSize, lastOffset } }) => {
      if (batchSize === 0) onSkipped(topic, partition, BigInt(lastOffset) + 1n)
    }),
    consumer.on('consumer.network.request', ({ payload }) => {
      if (payload.apiName === 'Metadata') onMetadataRequest()
    }),
    consumer.on('consumer.group_join', ({ payload }) => {
      alive()
      try {
        onJoined(payload.memberAssignment)
      } catch (error) {
        // kafkajs would only log it.
        onLost(error)
      }
    }),
  ]

  return () => {
    clearTimeout(silenceTimer)
    clearTimeout(crashReportTimer)
    for (const end of unsubscribe) end()
  }
}
