import { type Kafka, Partitioners } from 'kafkajs'
import type { DiscardReason } from '../delivery/deliver-batch'
import type { KafkaRecord } from '../event/kafka-event'
import type { KafkaMapping } from '../event-source-mapping'
import { type OnFailureRecord, toOnFailureRecord } from './on-failure-record'

export interface OnFailureTopic {
  /** Returns once all replicas have every record; each goes with its own key. May write some twice when it rejects. */
  write(records: readonly KafkaRecord[], failure: { reason: DiscardReason; invocations: number }): Promise<void>
  close(): Promise<void>
}

const ALL_REPLICAS = -1

/** Connects when the first record is written. */
export function createOnFailureTopic(
  kafka: Kafka,
  mapping: KafkaMapping & { readonly onFailureTopic: string },
  clock: () => number,
): OnFailureTopic {
  const producer = kafka.producer({
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
  })
  let isConnected = false

  async function send(key: Buffer | null, value: OnFailureRecord): Promise<void> {
    const messages = [{ key, value: JSON.stringify(value) }]
    await producer.send({ topic: mapping.onFailureTopic, acks: ALL_REPLICAS, messages })
  }

  return {
    async write(records, { reason, invocations }) {
      if (!isConnected) await producer.connect()
      isConnected = true
      for (const record of records) {
        const full = toOnFailureRecord(mapping, record, { reason, invocations, at: clock() })
        try {
          await send(record.key, full)
        } catch (error) {
          if (!isTooLarge(error)) throw error
          // The topic does not take it, now or ever; what failed and where to find it is worth keeping.
          const { payload: _, ...withoutPayload } = full
          await send(record.key, withoutPayload)
        }
      }
    },
    close: () => producer.disconnect(),
  }
}

function isTooLarge(error: unknown): boolean {
  return error instanceof Error && 'type' in error && error.type === 'MESSAGE_TOO_LARGE'
}
