import { type Kafka, Partitioners } from 'kafkajs'
import type { DiscardReason } from '../delivery/deliver-batch'
import type { KafkaRecord } from '../event/kafka-event'
import type { KafkaMapping } from '../event-source-mapping'
import { type OnFailureRecord, toOnFailureRecord } from './on-failure-record'

export interface OnFailureTopic {
  /**
   * Writes each record under its own key. Resolves when all replicas have every record. After a rejection, a retry may
   * write some records twice.
   */
  write(records: readonly KafkaRecord[], failure: { reason: DiscardReason; invocations: number }): Promise<void>
  close(): Promise<void>
}

const ALL_REPLICAS = -1

/** Connects at the first write. */
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
          // The topic will never accept the full record. The failure and the offset are still worth keeping.
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
