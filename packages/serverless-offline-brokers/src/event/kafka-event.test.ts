import type { MSKEvent, SelfManagedKafkaEvent, SelfManagedKafkaRecordHeader } from 'aws-lambda'
import { describe, expect, it } from 'vitest'
import type { KafkaMapping } from '../event-source-mapping'
import { type KafkaEventRecord, type KafkaRecord, toKafkaEvent } from './kafka-event'

const MSK_ARN = 'arn:aws:kafka:us-east-1:123456789012:cluster/vpc-2priv-2pub/751d2973-a626-431c-9d4e-d7975eb44dd7-2'

const MAPPING: KafkaMapping = {
  kind: 'kafka',
  name: 'on-record:kafka:mytopic',
  functionKey: 'on-record',
  enabled: true,
  batchSize: 100,
  batchWindowMs: 500,
  filters: [],
  brokers: [
    'b-2.demo-cluster-1.a1bcde.c1.kafka.us-east-1.amazonaws.com:9092',
    'b-1.demo-cluster-1.a1bcde.c1.kafka.us-east-1.amazonaws.com:9092',
  ],
  tls: false,
  topic: 'mytopic',
  consumerGroupId: 'group',
  startingPosition: { at: 'TRIM_HORIZON' },
  reportBatchItemFailures: false,
  bisectBatchOnFunctionError: false,
  maximumRetryAttempts: -1,
  maximumRecordAgeSeconds: -1,
}
const MSK_MAPPING: KafkaMapping = { ...MAPPING, kind: 'msk', eventSourceArn: MSK_ARN }

const RECORD: KafkaRecord = {
  topic: 'mytopic',
  partition: 0,
  offset: '15',
  timestamp: '1545084650987',
  timestampType: 'CREATE_TIME',
  // The documented sample ends in `4==`, which is not canonical base64.
  key: Buffer.from('abcDEFghiJKLmnoPQRstuVWXyz123w==', 'base64'),
  value: Buffer.from('Hello, this is a test.'),
  headers: [['headerKey', Buffer.from('headerValue')]],
}

describe('the event of self-managed Kafka', () => {
  it('is byte for byte the one that AWS documents', () => {
    const event = toKafkaEvent(MAPPING, [RECORD])

    expect(JSON.stringify(event)).toBe(
      '{"eventSource":"SelfManagedKafka",' +
        '"bootstrapServers":"b-2.demo-cluster-1.a1bcde.c1.kafka.us-east-1.amazonaws.com:9092,' +
        'b-1.demo-cluster-1.a1bcde.c1.kafka.us-east-1.amazonaws.com:9092",' +
        '"records":{"mytopic-0":[{"topic":"mytopic","partition":0,"offset":15,"timestamp":1545084650987,' +
        '"timestampType":"CREATE_TIME","key":"abcDEFghiJKLmnoPQRstuVWXyz123w==",' +
        '"value":"SGVsbG8sIHRoaXMgaXMgYSB0ZXN0Lg==",' +
        '"headers":[{"headerKey":[104,101,97,100,101,114,86,97,108,117,101]}]}]}}',
    )
  })

  it('has the type of @types/aws-lambda', () => {
    const event = toKafkaEvent(MAPPING, [RECORD])

    if (event.eventSource !== 'SelfManagedKafka') throw new Error('not self-managed')
    const typed: Pick<SelfManagedKafkaEvent, 'eventSource' | 'bootstrapServers'> = {
      eventSource: event.eventSource,
      bootstrapServers: event.bootstrapServers,
    }
    // The types have no header without a value.
    const headersOf = (each: KafkaEventRecord) => each.headers as SelfManagedKafkaRecordHeader[]
    const record: Omit<SelfManagedKafkaEvent['records'][string][number], 'key' | 'value'> | undefined = event.records[
      'mytopic-0'
    ]?.map((each) => ({ ...each, headers: headersOf(each) }))[0]
    expect({ ...typed, records: { 'mytopic-0': [record] } }).toEqual(event)
    expect(event).not.toHaveProperty('eventSourceArn')
  })

  it('groups records by topic and partition, each list in order', () => {
    const records = [
      { ...RECORD, offset: 1n },
      { ...RECORD, partition: 1, offset: 7n },
      { ...RECORD, offset: 2n },
    ]

    const event = toKafkaEvent(MAPPING, records)

    const offsets = Object.entries(event.records).map(([list, each]) => [list, each.map(({ offset }) => offset)])
    expect(offsets).toEqual([
      ['mytopic-0', [1, 2]],
      ['mytopic-1', [7]],
    ])
  })
})

describe('the event of MSK', () => {
  it('is byte for byte the one that AWS documents', () => {
    const event = toKafkaEvent(MSK_MAPPING, [RECORD])

    expect(JSON.stringify(event)).toBe(
      `{"eventSource":"aws:kafka","eventSourceArn":"${MSK_ARN}",` +
        '"bootstrapServers":"b-2.demo-cluster-1.a1bcde.c1.kafka.us-east-1.amazonaws.com:9092,' +
        'b-1.demo-cluster-1.a1bcde.c1.kafka.us-east-1.amazonaws.com:9092",' +
        '"records":{"mytopic-0":[{"topic":"mytopic","partition":0,"offset":15,"timestamp":1545084650987,' +
        '"timestampType":"CREATE_TIME","key":"abcDEFghiJKLmnoPQRstuVWXyz123w==",' +
        '"value":"SGVsbG8sIHRoaXMgaXMgYSB0ZXN0Lg==",' +
        '"headers":[{"headerKey":[104,101,97,100,101,114,86,97,108,117,101]}]}]}}',
    )
  })

  it('has the type of @types/aws-lambda', () => {
    const event = toKafkaEvent(MSK_MAPPING, [RECORD])

    if (event.eventSource !== 'aws:kafka') throw new Error('not MSK')
    const typed: Pick<MSKEvent, 'eventSource' | 'eventSourceArn' | 'bootstrapServers'> = {
      eventSource: event.eventSource,
      eventSourceArn: event.eventSourceArn ?? '',
      bootstrapServers: event.bootstrapServers,
    }
    expect(event).toMatchObject(typed)
  })
})

describe('a Kafka record in an event', () => {
  const recordOf = (record: KafkaRecord) => toKafkaEvent(MAPPING, [record]).records['mytopic-0']?.[0]

  it('omits a missing key, but not an empty one', () => {
    expect(recordOf({ ...RECORD, key: null })).not.toHaveProperty('key')
    expect(recordOf({ ...RECORD, key: Buffer.alloc(0) })).toHaveProperty('key', '')
  })

  it('has a null value for a tombstone', () => {
    expect(recordOf({ ...RECORD, value: null })).toHaveProperty('value', null)
  })

  it('has an empty list when there are no headers', () => {
    expect(recordOf({ ...RECORD, headers: [] })).toHaveProperty('headers', [])
  })

  it('keeps repeated headers in order, and writes bytes above 127 as negative numbers', () => {
    const headers: KafkaRecord['headers'] = [
      ['a', Buffer.from('ë')],
      ['b', Buffer.from([127, 128, 255])],
      ['a', Buffer.alloc(0)],
    ]

    expect(recordOf({ ...RECORD, headers })?.headers).toEqual([{ a: [-61, -85] }, { b: [127, -128, -1] }, { a: [] }])
  })

  it('keeps headers of any name, without a name, and without a value', () => {
    const names = ['constructor', '__proto__', 'hasOwnProperty', 'toString', '']
    const headers = names.map((name) => [name, Buffer.from('x')] as const)

    const written = JSON.stringify(recordOf({ ...RECORD, headers: [...headers, ['trace', null], ...headers] })?.headers)

    const each = '{"constructor":[120]},{"__proto__":[120]},{"hasOwnProperty":[120]},{"toString":[120]},{"":[120]}'
    expect(written).toBe(`[${each},{"trace":null},${each}]`)
  })

  it('keeps the timestamp type of the broker', () => {
    expect(recordOf({ ...RECORD, timestampType: 'LOG_APPEND_TIME' })?.timestampType).toBe('LOG_APPEND_TIME')
  })
})

it('each Kafka event shares no object with an earlier one', () => {
  const first = toKafkaEvent(MAPPING, [RECORD])
  const before = JSON.stringify(first)

  const second = toKafkaEvent(MAPPING, [RECORD])
  second.records['mytopic-0']?.[0]?.headers[0]?.headerKey?.push(1)
  second.records['mytopic-0']?.pop()

  expect(JSON.stringify(first)).toBe(before)
})
