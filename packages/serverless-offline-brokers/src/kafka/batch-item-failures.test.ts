import { describe, expect, it } from 'vitest'
import type { KafkaRecord } from '../event/kafka-event'
import { readBatchItemFailures } from './batch-item-failures'

const record = (offset: bigint): KafkaRecord => ({
  topic: 'topic',
  partition: 0,
  offset,
  timestamp: 0,
  timestampType: 'CREATE_TIME',
  key: null,
  value: null,
  headers: [],
})
const batch = [record(100n), record(101n), record(103n)]
const item = (offset: unknown, partition: unknown = 'topic-0') => ({ itemIdentifier: { partition, offset } })

describe('readBatchItemFailures', () => {
  it.each([
    ['nothing', undefined],
    ['null', null],
    ['an empty object', {}],
    ['a null list', { batchItemFailures: null }],
    ['an empty list', { batchItemFailures: [] }],
  ])('reads %s as success', (_, response) => {
    expect(readBatchItemFailures(response, batch)).toEqual({ kind: 'done' })
  })

  it('returns the failed records in the order of the batch, each once', () => {
    const response = { batchItemFailures: [item(103), item(100), item(103)] }

    expect(readBatchItemFailures(response, batch)).toEqual({ kind: 'some failed', failed: [batch[0], batch[2]] })
  })

  it.each([
    ['an offset that is not in the batch', { batchItemFailures: [item(100), item(102)] }],
    ['a partition that is not in the batch', { batchItemFailures: [item(100, 'topic-1')] }],
    ['an identifier that is a string', { batchItemFailures: [{ itemIdentifier: 'topic-0:100' }] }],
    ['an offset that is a string', { batchItemFailures: [item('100')] }],
    ['no identifier', { batchItemFailures: [{}] }],
    ['a null item', { batchItemFailures: [null] }],
    ['an unknown key', { batchItemFailures: [{ id: 100 }] }],
    ['a string instead of a list', { batchItemFailures: 'topic-0' }],
    ['a string', 'ok'],
    ['a list instead of an object', []],
  ])('reads %s as a failure of the whole batch', (_, response) => {
    expect(readBatchItemFailures(response, batch)).toMatchObject({ kind: 'failed' })
  })
})
