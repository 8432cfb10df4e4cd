import type { Consumer } from 'kafkajs'

export interface ConsumerWatch {
  joined(assignment: Readonly<Record<string, number[]>>): void
  /** Called with the reason when the consumer is of no use any more; perhaps more than once. */
  lost(reason: unknown): void
  /** kafkajs does so every now and then, and when a partition is not where it was: moved, or deleted. */
  metadataAsked(): void
  /** A consumer that gives no sign for so long is lost, whatever kafkajs believes. */
  readonly silenceLimitMs: number
}

/** A crash stops and disconnects the consumer first, and says why afterwards. */
const REASON_WITHIN_MS = 500

/** Watches one consumer for its whole life, of which kafkajs tells by events alone; returns how to end that. */
export function watchConsumer(consumer: Consumer, watch: ConsumerWatch): () => void {
  const { joined, lost, metadataAsked, silenceLimitMs } = watch
  let silence = setTimeout(silent, silenceLimitMs)
  let reason: NodeJS.Timeout | undefined

  function silent(): void {
    lost(new Error(`the consumer has been silent for ${silenceLimitMs / 1_000} s`))
  }

  function alive(): void {
    clearTimeout(silence)
    silence = setTimeout(silent, silenceLimitMs)
  }

  function ended(): void {
    reason ??= setTimeout(() => lost(new Error('the consumer has stopped')), REASON_WITHIN_MS)
  }

  const unsubscribe = [
    consumer.on('consumer.heartbeat', alive),
    consumer.on('consumer.fetch', alive),
    consumer.on('consumer.stop', ended),
    consumer.on('consumer.disconnect', ended),
    consumer.on('consumer.crash', ({ payload }) => lost(payload.error)),
    consumer.on('consumer.network.request', ({ payload }) => {
      if (payload.apiName === 'Metadata') metadataAsked()
    }),
    consumer.on('consumer.group_join', ({ payload }) => {
      alive()
      try {
        joined(payload.memberAssignment)
      } catch (error) {
        // kafkajs would log it and go on.
        lost(error)
      }
    }),
  ]

  return () => {
    clearTimeout(silence)
    clearTimeout(reason)
    for (const end of unsubscribe) end()
  }
}
