import type { KafkaMessage } from 'kafkajs'
import type { KafkaRecord } from '../event/kafka-event'

const LOG_APPEND_TIME = 1

/** kafkajs has this member at run time, but not in its types. */
interface WithBatchContext {
  readonly batchContext?: { readonly timestampType?: number }
}

export function toKafkaRecord(topic: string, partition: number, message: KafkaMessage & WithBatchContext): KafkaRecord {
  return {
    topic,
    partition,
    offset: BigInt(message.offset),
    timestamp: Number(message.timestamp),
    timestampType: message.batchContext?.timestampType === LOG_APPEND_TIME ? 'LOG_APPEND_TIME' : 'CREATE_TIME',
    key: message.key,
    value: message.value,
    headers: Object.entries(message.headers ?? {}).flatMap(([name, values]) =>
      // kafkajs groups headers with the same name, so their order among other headers is lost.
      [values ?? []].flat().map((value) => [name, Buffer.from(value)] as const),
    ),
  }
}
