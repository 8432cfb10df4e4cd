import type { TryResult } from '../delivery/deliver-batch'
import type { KafkaRecord } from '../event/kafka-event'

export type BatchItemFailures =
  | Exclude<TryResult<KafkaRecord>, { kind: 'failed' | 'not invoked' }>
  | { readonly kind: 'failed'; readonly cause: string }

/**
 * Reads the response of a function with `ReportBatchItemFailures`. AWS documents: no response, an empty object and an empty
 * or null list mean success. An identifier that is malformed or not in this batch means that the whole batch failed.
 * A choice: an object without a list is success too, and a response that is not an object is malformed.
 */
export function readBatchItemFailures(response: unknown, batch: readonly KafkaRecord[]): BatchItemFailures {
  if (response === undefined || response === null) return { kind: 'done' }
  if (!isObject(response)) return malformed('the response is not an object')
  const { batchItemFailures: list } = response
  if (list === undefined || list === null) return { kind: 'done' }
  if (!Array.isArray(list)) return malformed('batchItemFailures is not a list')

  const recordsById = new Map(batch.map((record) => [idOf(record), record]))
  const failed = new Set<KafkaRecord>()
  for (const item of list) {
    const record = recordsById.get(readId(item))
    if (record === undefined) return malformed(`not an item of the batch: ${JSON.stringify(item)}`)
    failed.add(record)
  }
  if (failed.size === 0) return { kind: 'done' }
  return { kind: 'some failed', failed: batch.filter((record) => failed.has(record)) }
}

function idOf({ topic, partition, offset }: KafkaRecord): string {
  return `${topic}-${partition}@${offset}`
}

function readId(item: unknown): string {
  const identifier = isObject(item) ? item.itemIdentifier : undefined
  if (!isObject(identifier)) return ''
  const { partition, offset } = identifier
  return typeof partition === 'string' && Number.isSafeInteger(offset) ? `${partition}@${offset}` : ''
}

function malformed(cause: string): BatchItemFailures {
  return { kind: 'failed', cause: `batchItemFailures: ${cause}` }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
