import type { KafkaMessage } from 'kafkajs'
import { describe, expect, it } from 'vitest'
import { toKafkaRecord } from './to-kafka-record'

const MESSAGE: KafkaMessage = {
  key: null,
  value: Buffer.from('value'),
  timestamp: '1749116692330',
  attributes: 0,
  offset: '9007199254740993',
  headers: {},
}

describe('toKafkaRecord', () => {
  it('keeps an offset that a number cannot represent exactly', () => {
    expect(toKafkaRecord('orders', 3, MESSAGE)).toEqual({
      topic: 'orders',
      partition: 3,
      offset: 9_007_199_254_740_993n,
      timestamp: 1_749_116_692_330,
      timestampType: 'CREATE_TIME',
      key: null,
      value: MESSAGE.value,
      headers: [],
    })
  })

  it('distinguishes the time of the broker from that of the producer', () => {
    const appended = { ...MESSAGE, batchContext: { timestampType: 1 } }

    expect(toKafkaRecord('orders', 3, appended).timestampType).toBe('LOG_APPEND_TIME')
  })

  it('lists headers, with one entry for each repeated header', () => {
    const headers = { one: Buffer.from('1'), many: [Buffer.from('2'), Buffer.from('3')], none: undefined }

    expect(toKafkaRecord('orders', 3, { ...MESSAGE, headers }).headers).toEqual([
      ['one', Buffer.from('1')],
      ['many', Buffer.from('2')],
      ['many', Buffer.from('3')],
    ])
  })
})
