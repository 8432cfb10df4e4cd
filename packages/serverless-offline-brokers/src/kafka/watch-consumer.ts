import type { Admin, Consumer } from 'kafkajs'

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
  /** A rebalance that takes longer than this is not awaited: the request of this member may be lost. */
  readonly rejoinLimitMs: number
}

interface RequestTimeout {
  readonly payload: { readonly apiName: string; readonly broker: string }
}

/** After a crash kafkajs first stops and disconnects the consumer, and reports the cause later, within this time. */
const CRASH_REPORT_MS = 500

/**
 * Watches one consumer, and the admin client of the same session, through the events of kafkajs. Returns a function that
 * ends the watch.
 */
export function watchConsumer(
  consumer: Pick<Consumer, 'on'>,
  admin: Pick<Admin, 'on'>,
  watch: ConsumerWatch,
): () => void {
  const { onJoined, onLost, onMetadataRequest, onSkipped, rejoinLimitMs, silenceLimitMs } = watch
  let silenceTimer = setTimeout(silent, silenceLimitMs)
  let crashReportTimer: NodeJS.Timeout | undefined
  let rejoinTimer: NodeJS.Timeout | undefined

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

  function rejoining(): void {
    const late = () => onLost(new Error(`the group has not been joined again within ${rejoinLimitMs / 1_000} s`))
    rejoinTimer ??= setTimeout(late, rejoinLimitMs)
  }

  /** Nothing came over a connection, which may be dead without a sign from TCP. kafkajs would keep using it. */
  function timedOut({ payload: { apiName, broker } }: RequestTimeout): void {
    onLost(new Error(`the broker ${broker} has not responded to ${apiName}`))
  }

  const unsubscribe = [
    admin.on('admin.network.request_timeout', timedOut),
    consumer.on('consumer.network.request_timeout', timedOut),
    consumer.on('consumer.rebalancing', rejoining),
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
      clearTimeout(rejoinTimer)
      rejoinTimer = undefined
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
    clearTimeout(rejoinTimer)
    for (const end of unsubscribe) end()
  }
}
