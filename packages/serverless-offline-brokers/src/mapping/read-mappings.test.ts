import { describe, expect, it } from 'vitest'
import type { EventSourceMapping, KafkaMapping, RabbitMqMapping } from '../event-source-mapping'
import type { FunctionDefinition, ServerlessService } from '../serverless'
import { ServiceRefusedError } from './findings'
import { readMappings } from './read-mappings'

const KAFKA = { accessConfigurations: { saslScram512Auth: ['arn'] }, bootstrapServers: ['aws:9092'], topic: 'orders' }
const MSK_ARN = 'arn:aws:kafka:eu-central-1:123456789012:cluster/shop/751d2973-a626-431c-9d4e-d7975eb44dd7-2'
const MSK = { arn: MSK_ARN, topic: 'orders' }
const MQ_ARN = 'arn:aws:mq:eu-central-1:123456789012:broker:shop:b-9bcfa592-423a-4942-879d-eb284b418fc8'
const RABBITMQ = { arn: MQ_ARN, basicAuthArn: 'arn', queue: 'orders' }

function serviceOf(
  functions: Readonly<Record<string, FunctionDefinition>>,
  local?: unknown,
  timeout?: number,
): ServerlessService {
  const provider = { name: 'aws', region: 'eu-central-1', ...(timeout !== undefined && { timeout }) }
  return {
    service: 'shop',
    custom: { 'serverless-offline-brokers': local },
    provider,
    getAllFunctions: () => Object.keys(functions),
    getFunction: (key) => functions[key] ?? {},
  }
}

const read = (event: unknown, local?: unknown) => readMappings(serviceOf({ 'on-order': { events: [event] } }, local))

function kafkaOf(event: object, local?: unknown): KafkaMapping {
  const [mapping] = read({ kafka: { ...KAFKA, ...event } }, local).mappings
  if (mapping === undefined || mapping.kind === 'rabbitmq') throw new Error('not of Kafka')
  return mapping
}

function rabbitMqOf(event: object, local?: unknown): RabbitMqMapping {
  const [mapping] = read({ rabbitmq: { ...RABBITMQ, ...event } }, local).mappings
  if (mapping?.kind !== 'rabbitmq') throw new Error('not of RabbitMQ')
  return mapping
}

function refusalsOf(service: ServerlessService): readonly string[] {
  try {
    readMappings(service)
    return []
  } catch (error) {
    if (!(error instanceof ServiceRefusedError)) throw error
    return error.refusals
  }
}

const refusalsOfEvent = (event: unknown, local?: unknown) =>
  refusalsOf(serviceOf({ 'on-order': { events: [event] } }, local))

describe('a mapping with nothing but what is required', () => {
  it('has the defaults AWS documents, for kafka', () => {
    const expected: EventSourceMapping = {
      kind: 'kafka',
      name: 'on-order:kafka:orders',
      functionKey: 'on-order',
      enabled: true,
      batchSize: 100,
      batchWindowMs: 500,
      filters: [],
      brokers: ['localhost:9092'],
      sasl: undefined,
      tls: false,
      topic: 'orders',
      consumerGroupId: 'shop.on-order.kafka.orders',
      startingPosition: { at: 'TRIM_HORIZON' },
      reportBatchItemFailures: false,
      bisectBatchOnFunctionError: false,
      maximumRetryAttempts: -1,
      maximumRecordAgeSeconds: -1,
      onFailureTopic: undefined,
    }
    expect(read({ kafka: KAFKA }).mappings).toEqual([expected])
  })

  it('has them for msk, with its ARN', () => {
    expect(read({ msk: MSK }).mappings).toMatchObject([
      { kind: 'msk', eventSourceArn: MSK_ARN, consumerGroupId: 'shop.on-order.msk.orders', batchSize: 100 },
    ])
  })

  it('has them for rabbitmq: one batch at a time', () => {
    const expected: EventSourceMapping = {
      kind: 'rabbitmq',
      name: 'on-order:rabbitmq:orders',
      functionKey: 'on-order',
      enabled: true,
      batchSize: 100,
      batchWindowMs: 500,
      filters: [],
      url: 'amqp://guest:guest@localhost:5672',
      virtualHost: '/',
      queue: 'orders',
      eventSourceArn: MQ_ARN,
      concurrency: 1,
      prefetch: 100,
    }
    expect(read({ rabbitmq: RABBITMQ }).mappings).toEqual([expected])
  })

  it('warns of nothing', () => {
    expect(read({ kafka: KAFKA }).warnings).toEqual([])
  })
})

describe('a mapping', () => {
  it('has what its event says', () => {
    const mapping = kafkaOf({
      batchSize: 10_000,
      maximumBatchingWindow: 300,
      enabled: false,
      consumerGroupId: 'ecommerce-group',
      filterPatterns: [{ value: { a: [1] } }],
      startingPosition: 'AT_TIMESTAMP',
      startingPositionTimestamp: 1_700_000_000,
      provisionedPollerConfig: { minimumPollers: 1, maximumPollers: 2 },
      functionResponseType: 'ReportBatchItemFailures',
      bisectBatchOnFunctionError: true,
      maximumRetryAttempts: 3,
      maximumRecordAgeInSeconds: 60,
      onFailureDestination: 'kafka://orders.failed',
    })

    expect(mapping).toMatchObject({
      batchSize: 10_000,
      batchWindowMs: 300_000,
      enabled: false,
      consumerGroupId: 'ecommerce-group',
      filters: [{ value: { a: [1] } }],
      startingPosition: { at: 'AT_TIMESTAMP', timestampMs: 1_700_000_000_000 },
      reportBatchItemFailures: true,
      bisectBatchOnFunctionError: true,
      maximumRetryAttempts: 3,
      maximumRecordAgeSeconds: 60,
      onFailureTopic: 'orders.failed',
    })
  })

  it('takes the list of response types of AWS as well', () => {
    expect(kafkaOf({ functionResponseTypes: ['ReportBatchItemFailures'] }).reportBatchItemFailures).toBe(true)
  })

  it('sends what is there at once with a window of 0', () => {
    expect(kafkaOf({ maximumBatchingWindow: 0 }).batchWindowMs).toBe(0)
  })

  it('makes 10 retries before an on-failure destination unless told how many', () => {
    expect(kafkaOf({ onFailureDestination: 'kafka://failed' }).maximumRetryAttempts).toBe(10)
    expect(kafkaOf({ onFailureDestination: 'kafka://failed', maximumRetryAttempts: -1 }).maximumRetryAttempts).toBe(10)
    expect(kafkaOf({ onFailureDestination: 'kafka://failed', maximumRetryAttempts: 0 }).maximumRetryAttempts).toBe(0)
    expect(kafkaOf({ maximumRetryAttempts: -1 }).maximumRetryAttempts).toBe(-1)
  })

  it('has an ARN that tells its name where CloudFormation is to find it', () => {
    expect(rabbitMqOf({ arn: { Ref: 'ShopBroker' } }).eventSourceArn).toBe(
      'arn:aws:mq:eu-central-1:000000000000:broker:ShopBroker:b-00000000-0000-0000-0000-000000000000',
    )
    expect(read({ msk: { ...MSK, arn: { 'Fn::ImportValue': 'shop:cluster' } } }).mappings).toMatchObject([
      {
        eventSourceArn:
          'arn:aws:kafka:eu-central-1:000000000000:cluster/shop-cluster/00000000-0000-0000-0000-000000000000-1',
      },
    ])
  })

  it('is made for every event of every function, and for no other event', () => {
    const service = serviceOf({
      'on-order': { events: [{ kafka: KAFKA }, { httpApi: 'GET /' }, { rabbitmq: RABBITMQ }] },
      'on-both': { events: [{ kafka: KAFKA }, { kafka: { ...KAFKA, topic: 'other' } }, { msk: MSK }] },
      'get-order': { events: [{ httpApi: { method: 'GET', path: '/' } }, 'schedule'] },
      'no-events': {},
    })

    expect(readMappings(service).mappings.map(({ name }) => name)).toEqual([
      'on-order:kafka:orders',
      'on-order:rabbitmq:orders',
      'on-both:kafka:orders',
      'on-both:kafka:other',
      'on-both:msk:orders',
    ])
  })
})

describe('the local settings', () => {
  it('say where the brokers are', () => {
    const sasl = { mechanism: 'scram-sha-256', username: 'u', password: 'p' }
    const local = {
      kafka: { brokers: 'one:1, two:2', tls: 'true', sasl },
      rabbitmq: { url: 'amqp://u:p@host/shop', concurrency: '10', prefetch: 50 },
    }

    expect(kafkaOf({}, local)).toMatchObject({ brokers: ['one:1', 'two:2'], tls: true, sasl })
    expect(rabbitMqOf({ virtualHost: 'shop' }, local)).toMatchObject({
      url: 'amqp://u:p@host/shop',
      concurrency: 10,
      prefetch: 50,
    })
  })

  it('are those of a function before those of all', () => {
    const local = {
      kafka: { brokers: ['one:1'], tls: true, fetchMinBytes: 5, fetchMaxWaitMs: 6 },
      rabbitmq: { concurrency: 10 },
      functions: { 'on-order': { kafka: { brokers: ['two:2'], fetchMaxWaitMs: 7 }, rabbitmq: { concurrency: 2 } } },
    }

    expect(kafkaOf({}, local)).toMatchObject({ brokers: ['two:2'], tls: true })
    expect(rabbitMqOf({}, local)).toMatchObject({ concurrency: 2, prefetch: 200 })
    const { settings } = read({ kafka: KAFKA }, local)
    expect(settings.kafka('on-order').consumer).toEqual({ fetchMinBytes: 5, fetchMaxWaitMs: 7 })
    expect(settings.kafka('other').consumer).toEqual({ fetchMinBytes: 5, fetchMaxWaitMs: 6 })
  })

  it('let a broker have out as many messages as the batches in flight hold, within what AMQP can say', () => {
    expect(rabbitMqOf({ batchSize: 7 }, { rabbitmq: { concurrency: 3 } }).prefetch).toBe(21)
    expect(rabbitMqOf({ batchSize: 10_000 }, { rabbitmq: { concurrency: 10 } }).prefetch).toBe(65_535)
  })

  it('have defaults where AWS documents nothing', () => {
    expect(read({ kafka: KAFKA }).settings).toMatchObject({
      retryDelay: { firstMs: 250, longestMs: 10_000 },
      drainTimeoutMs: 10_000,
      httpPort: undefined,
      noTimeout: undefined,
    })
    const local = { retryDelay: { firstMs: 20_000 }, drainTimeoutMs: 0, httpPort: '0', noTimeout: false }
    expect(read({ kafka: KAFKA }, local).settings).toMatchObject({
      retryDelay: { firstMs: 20_000, longestMs: 20_000 },
      drainTimeoutMs: 0,
      httpPort: 0,
      noTimeout: false,
    })
  })

  it('are refused all at once, each by its place', () => {
    const local = {
      kafka: { brokers: [], tls: 'maybe', sasl: { mechanism: 'oauthbearer', username: 'u' }, topic: 'x' },
      rabbitmq: { url: 'http://host', concurrency: 0, prefetch: 65_536 },
      retryDelay: { firstMs: 10, longestMs: 5 },
      drainTimeoutMs: -1,
      httpPort: 'any',
      functions: { 'on-ordre': {}, 'on-order': { sqs: {} } },
      batchSize: 1,
    }

    expect(refusalsOfEvent({ kafka: KAFKA }, local)).toEqual([
      'custom.serverless-offline-brokers.kafka.brokers: is not a list of texts',
      'custom.serverless-offline-brokers.kafka.sasl.mechanism: is none of plain, scram-sha-256, scram-sha-512',
      'custom.serverless-offline-brokers.kafka.sasl.password: is missing',
      'custom.serverless-offline-brokers.kafka.tls: is neither true nor false',
      'custom.serverless-offline-brokers.kafka.topic: is no setting',
      'custom.serverless-offline-brokers.rabbitmq.url: is no amqp:// or amqps:// address',
      'custom.serverless-offline-brokers.rabbitmq.concurrency: is not a whole number from 1 to 1000',
      'custom.serverless-offline-brokers.rabbitmq.prefetch: is not a whole number from 1 to 65535',
      'custom.serverless-offline-brokers.functions.on-order.sqs: is no setting',
      'custom.serverless-offline-brokers.functions.on-ordre: is no function of this service',
      'custom.serverless-offline-brokers.retryDelay.longestMs: is less than firstMs',
      'custom.serverless-offline-brokers.drainTimeoutMs: is not a whole number from 0 to 3600000',
      'custom.serverless-offline-brokers.httpPort: is not a whole number from 0 to 65535',
      'custom.serverless-offline-brokers.batchSize: is no setting',
    ])
  })
})

describe('an event is refused, by function, event and property,', () => {
  const PLACE = 'on-order.events[0]'

  it.each<[what: string, event: object, refusal: string]>([
    [
      'for reading a topic as a queue',
      { consumptionMode: 'Queue' },
      'consumptionMode: is not emulated: the Kafka client has no share groups, so a topic cannot be read as a queue',
    ],
    [
      'for a schema registry',
      { schemaRegistryConfig: {} },
      'schemaRegistryConfig: is not emulated: records are not validated against a schema registry, nor decoded by it',
    ],
    ['for a property nobody knows', { shiny: true }, 'shiny: is not emulated'],
    [
      'for a destination in SQS',
      { onFailureDestination: 'arn:aws:sqs:eu-central-1:1:q' },
      'onFailureDestination: is emulated for a topic only (kafka://topic), not for SQS, SNS or S3',
    ],
    [
      'for a destination in SNS',
      { onFailureDestination: 'arn:aws:sns:eu-central-1:1:t' },
      'onFailureDestination: is emulated for a topic only (kafka://topic), not for SQS, SNS or S3',
    ],
    [
      'for a destination in S3',
      { onFailureDestination: 'arn:aws:s3:::bucket' },
      'onFailureDestination: is emulated for a topic only (kafka://topic), not for SQS, SNS or S3',
    ],
    [
      'for a destination that is the source',
      { onFailureDestination: 'kafka://orders' },
      'onFailureDestination: is the topic the records come from',
    ],
    ['for too large a batch', { batchSize: 10_001 }, 'batchSize: is not a whole number from 1 to 10000'],
    ['for half a record', { batchSize: 1.5 }, 'batchSize: is not a whole number from 1 to 10000'],
    [
      'for too long a window',
      { maximumBatchingWindow: 301 },
      'maximumBatchingWindow: is not a whole number from 0 to 300',
    ],
    [
      'for a window of half a second',
      { maximumBatchingWindow: 0.5 },
      'maximumBatchingWindow: is not a whole number from 0 to 300',
    ],
    [
      'for too many retries',
      { maximumRetryAttempts: 10_001 },
      'maximumRetryAttempts: is not a whole number from -1 to 10000',
    ],
    [
      'for too young a record age',
      { maximumRecordAgeInSeconds: 59 },
      'maximumRecordAgeInSeconds: is neither -1 nor from 60 to 604800',
    ],
    [
      'for too old a record age',
      { maximumRecordAgeInSeconds: 604_801 },
      'maximumRecordAgeInSeconds: is not a whole number from -1 to 604800',
    ],
    [
      'for another response type',
      { functionResponseType: 'All' },
      'functionResponseType: is none of ReportBatchItemFailures',
    ],
    [
      'for other response types',
      { functionResponseTypes: ['All'] },
      'functionResponseTypes: has more than ReportBatchItemFailures',
    ],
    [
      'for a time to start at without a time',
      { startingPosition: 'AT_TIMESTAMP' },
      'startingPositionTimestamp: is missing, in seconds since 1970',
    ],
    [
      'for a time that would not count',
      { startingPositionTimestamp: 1 },
      'startingPositionTimestamp: needs startingPosition AT_TIMESTAMP',
    ],
    [
      'for another start',
      { startingPosition: 'NOW' },
      'startingPosition: is none of TRIM_HORIZON, LATEST, AT_TIMESTAMP',
    ],
    [
      'for more pollers at least than at most',
      { provisionedPollerConfig: { minimumPollers: 3, maximumPollers: 2 } },
      'provisionedPollerConfig.maximumPollers: is less than minimumPollers',
    ],
    [
      'for a group of pollers',
      { provisionedPollerConfig: { pollerGroupName: 'g' } },
      'provisionedPollerConfig.pollerGroupName: is not emulated: pollers share no capacity here',
    ],
    [
      'for a filter by the key',
      { filterPatterns: [{ key: ['a'] }] },
      'filterPatterns[0].key: AWS filters these records by `value` only',
    ],
    [
      'for an unknown filter rule',
      { filterPatterns: [{ value: [{ cidr: '10.0.0.0/8' }] }] },
      'filterPatterns[0].value[0]: is none of the rules AWS documents (equals-ignore-case, anything-but, numeric, exists, prefix, suffix)',
    ],
    [
      'for more than ten filters',
      { filterPatterns: Array(11).fill({ value: ['a'] }) },
      'filterPatterns: has more than 10 patterns',
    ],
    ['for no topic', { topic: null }, 'topic: is missing'],
  ])('%s', (_what, event, refusal) => {
    expect(refusalsOfEvent({ kafka: { ...KAFKA, ...event } })).toEqual([`${PLACE}.kafka.${refusal}`])
  })

  it('for retries, partial batches or bisecting, which Amazon MQ has not', () => {
    const event = { ...RABBITMQ, maximumRetryAttempts: 1, functionResponseType: 'ReportBatchItemFailures' }

    expect(refusalsOfEvent({ rabbitmq: event })).toEqual([
      `${PLACE}.rabbitmq.maximumRetryAttempts: is not emulated`,
      `${PLACE}.rabbitmq.functionResponseType: is not emulated`,
    ])
  })

  it('for filters of RabbitMQ by another member than data', () => {
    expect(refusalsOfEvent({ rabbitmq: { ...RABBITMQ, filterPatterns: [{ value: ['a'] }] } })).toEqual([
      `${PLACE}.rabbitmq.filterPatterns[0].value: AWS filters these records by \`data\` only`,
    ])
  })

  it('for a virtual host that is not that of the local address', () => {
    const local = { rabbitmq: { url: 'amqp://localhost/%2F' } }

    expect(refusalsOfEvent({ rabbitmq: RABBITMQ }, local)).toEqual([])
    expect(refusalsOfEvent({ rabbitmq: { ...RABBITMQ, virtualHost: 'shop' } }, local)).toEqual([
      `${PLACE}.rabbitmq.virtualHost: is shop, and the local address names another`,
    ])
  })
})

describe('a service is refused', () => {
  it('for two mappings with one consumer group', () => {
    const group = { consumerGroupId: 'one' }
    const service = serviceOf({
      'on-order': { events: [{ kafka: { ...KAFKA, ...group } }] },
      'on-other': { events: [{ msk: { ...MSK, ...group } }] },
    })

    expect(refusalsOf(service)).toEqual([
      'on-order:kafka:orders, on-other:msk:orders: have one consumerGroupId, which must be unique',
    ])
  })

  it('for one source twice in a function', () => {
    expect(refusalsOf(serviceOf({ 'on-order': { events: [{ kafka: KAFKA }, { kafka: KAFKA }] } }))).toEqual([
      'on-order:kafka:orders: is there 2 times: a topic or queue feeds a function once',
    ])
  })

  it('for a function that may take longer than 14 minutes', () => {
    const events = [{ kafka: KAFKA }]

    expect(refusalsOf(serviceOf({ 'on-order': { timeout: 840, events } }))).toEqual([])
    const refusal = 'on-order.timeout: is more than the 14 minutes a function of Kafka or RabbitMQ may take'
    expect(refusalsOf(serviceOf({ 'on-order': { timeout: 841, events } }))).toEqual([refusal])
    expect(refusalsOf(serviceOf({ 'on-order': { events } }, {}, 900))).toEqual([refusal])
    expect(refusalsOf(serviceOf({ 'get-order': { timeout: 900, events: [{ httpApi: 'GET /' }] } }))).toEqual([])
  })

  it('for event source mappings that are written as CloudFormation, or changed by it', () => {
    const resources = {
      Resources: {
        Table: { Type: 'AWS::DynamoDB::Table', Properties: { Topics: [] } },
        FromQueue: { Type: 'AWS::Lambda::EventSourceMapping', Properties: { EventSourceArn: 'arn:aws:sqs:::q' } },
        FromTopic: { Type: 'AWS::Lambda::EventSourceMapping', Properties: { Topics: ['orders'] } },
      },
      extensions: {
        OnDashorderLambdaFunction: { Properties: {} },
        OnDashorderEventSourceMappingKafkaOrders: { Properties: { LoggingConfig: {} } },
      },
    }

    expect(refusalsOf({ ...serviceOf({}), resources })).toEqual([
      'resources.extensions.OnDashorderEventSourceMappingKafkaOrders: is not emulated: ' +
        'what changes an event source mapping has to be in its event',
      'resources.Resources.FromTopic: is not emulated: an event source mapping has to be an event of its function',
    ])
  })

  it('for all its faults at once', () => {
    const service = serviceOf({
      'on-order': { events: [{ kafka: { ...KAFKA, batchSize: 0 } }, { rabbitmq: { ...RABBITMQ, batchSize: 0 } }] },
      'on-other': { timeout: 900, events: [{ msk: { ...MSK, arn: undefined } }] },
    })

    expect(() => readMappings(service)).toThrow(
      [
        'serverless-offline-brokers does not start:',
        '  - on-order.events[0].kafka.batchSize: is not a whole number from 1 to 10000',
        '  - on-order.events[1].rabbitmq.batchSize: is not a whole number from 1 to 10000',
        '  - on-other.events[0].msk.arn: is missing',
        '  - on-other.timeout: is more than the 14 minutes a function of Kafka or RabbitMQ may take',
      ].join('\n'),
    )
  })
})

describe('a warning', () => {
  it('tells what works here and on AWS in provisioned mode only', () => {
    const event = {
      ...MSK,
      functionResponseType: 'ReportBatchItemFailures',
      bisectBatchOnFunctionError: true,
      maximumRetryAttempts: 1,
      maximumRecordAgeInSeconds: 60,
      onFailureDestination: 'kafka://failed',
    }

    const properties = read({ msk: event }).warnings.map((warning) => /msk\.(\w+): works here/.exec(warning)?.[1])
    expect(properties).toEqual([
      'functionResponseType',
      'bisectBatchOnFunctionError',
      'maximumRetryAttempts',
      'maximumRecordAgeInSeconds',
      'onFailureDestination',
    ])
    expect(read({ msk: { ...event, provisionedPollerConfig: { minimumPollers: 1 } } }).warnings).toEqual([])
  })

  it('tells of a batch that the local prefetch keeps small', () => {
    expect(read({ rabbitmq: RABBITMQ }, { rabbitmq: { prefetch: 99 } }).warnings).toEqual([
      'on-order.events[0].rabbitmq.batchSize: is not reached: the local prefetch of 99 lets no more out at once',
    ])
    expect(read({ rabbitmq: RABBITMQ }, { rabbitmq: { prefetch: 100 } }).warnings).toEqual([])
  })

  it('tells of more filters than the default quota of AWS has', () => {
    const filterPatterns = Array(6).fill({ value: ['a'] })

    expect(read({ kafka: { ...KAFKA, filterPatterns } }).warnings).toEqual([
      'on-order.events[0].kafka.filterPatterns: has more than 5 patterns: on AWS that needs a larger quota',
    ])
  })
})
