import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
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
  if (mapping === undefined || mapping.kind === 'rabbitmq') throw new Error('not a Kafka mapping')
  return mapping
}

function rabbitMqOf(event: object, local?: unknown): RabbitMqMapping {
  const [mapping] = read({ rabbitmq: { ...RABBITMQ, ...event } }, local).mappings
  if (mapping?.kind !== 'rabbitmq') throw new Error('not a RabbitMQ mapping')
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

describe('a mapping with only the required properties', () => {
  it('has the documented defaults, for kafka', () => {
    const expected: EventSourceMapping = {
      kind: 'kafka',
      name: 'on-order:kafka:orders',
      functionKey: 'on-order',
      functionArn: 'arn:aws:lambda:eu-central-1:000000000000:function:shop-dev-on-order',
      enabled: true,
      batchSize: 100,
      batchWindowMs: 500,
      filters: [],
      brokers: ['localhost:9092'],
      sasl: undefined,
      tls: false,
      batchAcrossPartitions: false,
      topic: 'orders',
      consumerGroupId: 'shop-dev-on-order.kafka.orders',
      startingPosition: { at: 'TRIM_HORIZON' },
      reportBatchItemFailures: false,
      bisectBatchOnFunctionError: false,
      maximumRetryAttempts: -1,
      maximumRecordAgeSeconds: -1,
      onFailureTopic: undefined,
    }
    expect(read({ kafka: KAFKA }).mappings).toEqual([expected])
  })

  it('has the documented defaults, for msk, with its ARN', () => {
    expect(read({ msk: MSK }).mappings).toMatchObject([
      { kind: 'msk', eventSourceArn: MSK_ARN, consumerGroupId: 'shop-dev-on-order.msk.shop.orders', batchSize: 100 },
    ])
  })

  it('has the documented defaults, for rabbitmq: one batch at a time', () => {
    const expected: EventSourceMapping = {
      kind: 'rabbitmq',
      name: 'on-order:rabbitmq:orders',
      functionKey: 'on-order',
      enabled: true,
      batchSize: 100,
      batchWindowMs: 500,
      filters: [],
      urls: ['amqp://guest:guest@localhost:5672'],
      tls: undefined,
      virtualHost: '/',
      queue: 'orders',
      eventSourceArn: MQ_ARN,
      concurrency: 1,
      prefetch: 100,
    }
    expect(read({ rabbitmq: RABBITMQ }).mappings).toEqual([expected])
  })

  it('causes no warning', () => {
    expect(read({ kafka: KAFKA }).warnings).toEqual([])
  })
})

describe('a mapping', () => {
  it('has the properties of its event', () => {
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

  it('also accepts the list of response types, as AWS calls it', () => {
    expect(kafkaOf({ functionResponseTypes: ['ReportBatchItemFailures'] }).reportBatchItemFailures).toBe(true)
  })

  it('delivers waiting records immediately with a window of 0', () => {
    expect(kafkaOf({ maximumBatchingWindow: 0 }).batchWindowMs).toBe(0)
  })

  it('retries 10 times before the on-failure destination when no number is set', () => {
    expect(kafkaOf({ onFailureDestination: 'kafka://failed' }).maximumRetryAttempts).toBe(10)
    expect(kafkaOf({ onFailureDestination: 'kafka://failed', maximumRetryAttempts: -1 }).maximumRetryAttempts).toBe(10)
    expect(kafkaOf({ onFailureDestination: 'kafka://failed', maximumRetryAttempts: 0 }).maximumRetryAttempts).toBe(0)
    expect(kafkaOf({ maximumRetryAttempts: -1 }).maximumRetryAttempts).toBe(-1)
  })

  it('has an ARN with the name of the reference when CloudFormation would resolve it', () => {
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

  it('is created for every Kafka and RabbitMQ event, and for no other event', () => {
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
      'on-both:msk:shop:orders',
    ])
  })
})

describe('a function with mappings', () => {
  const group = (definition: FunctionDefinition, stage?: string) => {
    const service = serviceOf({ 'on-order': { events: [{ kafka: KAFKA }], ...definition } })
    const provider = { ...service.provider, ...(stage !== undefined && { stage }) }
    const [mapping] = readMappings({ ...service, provider }).mappings
    return mapping
  }

  it('has a consumer group of its own in each stage, and the ARN of its deployed name', () => {
    expect(group({}, 'test')).toMatchObject({
      consumerGroupId: 'shop-test-on-order.kafka.orders',
      functionArn: 'arn:aws:lambda:eu-central-1:000000000000:function:shop-test-on-order',
    })
    expect(group({ name: 'orders-prod' })).toMatchObject({
      consumerGroupId: 'orders-prod.kafka.orders',
      functionArn: 'arn:aws:lambda:eu-central-1:000000000000:function:orders-prod',
    })
  })

  it('has one mapping for each MSK cluster with the same topic', () => {
    const other = MSK_ARN.replace('cluster/shop/', 'cluster/other/')
    const service = serviceOf({ 'on-order': { events: [{ msk: MSK }, { msk: { ...MSK, arn: other } }] } })

    expect(readMappings(service).mappings).toMatchObject([
      { name: 'on-order:msk:shop:orders', eventSourceArn: MSK_ARN },
      { name: 'on-order:msk:other:orders', eventSourceArn: other },
    ])
    const groups = readMappings(service).mappings.map((each) => each.kind !== 'rabbitmq' && each.consumerGroupId)
    expect(new Set(groups).size).toBe(2)
  })

  it('has its reserved concurrency in every mapping, with a warning for 0', () => {
    const definition = { events: [{ kafka: KAFKA }, { rabbitmq: RABBITMQ }] }
    const limited = readMappings(serviceOf({ 'on-order': { ...definition, reservedConcurrency: 2 } }))
    expect(limited.mappings.map((mapping) => mapping.reservedConcurrency)).toEqual([2, 2])
    expect(limited.warnings).toEqual([])

    const throttled = readMappings(serviceOf({ 'on-order': { ...definition, reservedConcurrency: 0 } }))
    expect(throttled.warnings).toEqual([
      'on-order.reservedConcurrency: is 0: the function is throttled, and never invoked',
    ])
  })

  it('is refused for a reserved concurrency that is no number', () => {
    const definition: object = { events: [{ kafka: KAFKA }], reservedConcurrency: -1 }

    expect(refusalsOf(serviceOf({ 'on-order': definition }))).toEqual([
      'on-order.reservedConcurrency: is not an integer from 0 to 1000000',
    ])
  })

  it('is refused for the runtime go1.x, unless it runs in Docker', () => {
    const service = serviceOf({ 'on-order': { events: [{ kafka: KAFKA }], runtime: 'go1.x' } })

    expect(refusalsOf(service)).toEqual([
      'on-order.runtime: is go1.x, whose failures serverless-offline does not report: use custom.serverless-offline.useDocker',
    ])
    expect(refusalsOf({ ...service, custom: { 'serverless-offline': { useDocker: true } } })).toEqual([])
  })
})

describe('encryption and authentication', () => {
  const PEM = '-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n'

  it('of Kafka may be mutual TLS, with PEM texts or files', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'pem-'))
    onTestFinished(() => rm(directory, { recursive: true }))
    await writeFile(join(directory, 'ca.pem'), PEM)
    const tls = { ca: join(directory, 'ca.pem'), cert: PEM, key: PEM, passphrase: 'secret' }

    expect(kafkaOf({}, { kafka: { tls } }).tls).toEqual({ ca: PEM, cert: PEM, key: PEM, passphrase: 'secret' })
  })

  it('of RabbitMQ may be mutual TLS with an amqps URL', () => {
    const local = { rabbitmq: { url: 'amqps://host', tls: { ca: PEM } } }

    expect(rabbitMqOf({}, local).tls).toEqual({ ca: PEM })
  })

  it('of Kafka may be OAUTHBEARER with client credentials', () => {
    const sasl = {
      mechanism: 'oauthbearer',
      tokenEndpoint: 'https://id/token',
      clientId: 'a',
      clientSecret: 'b',
      scope: 'c',
    }

    expect(kafkaOf({}, { kafka: { sasl } }).sasl).toEqual(sasl)
  })

  it('are refused when a part is missing or invalid, without showing a value', () => {
    const local = {
      kafka: {
        tls: { cert: PEM, ca: '/absent', pfx: 'x' },
        sasl: { mechanism: 'oauthbearer', tokenEndpoint: 'id', clientId: 'a' },
      },
      rabbitmq: { url: 'amqp://host', tls: { key: PEM } },
    }

    expect(refusalsOfEvent({ kafka: KAFKA }, local)).toEqual([
      'custom.serverless-offline-brokers.kafka.sasl.clientSecret: is missing',
      'custom.serverless-offline-brokers.kafka.sasl.tokenEndpoint: is not a URL',
      'custom.serverless-offline-brokers.kafka.tls.ca: is neither the content of a PEM file nor the path of one',
      'custom.serverless-offline-brokers.kafka.tls.pfx: is not a setting',
      'custom.serverless-offline-brokers.kafka.tls.key: is missing: a client certificate needs both',
      'custom.serverless-offline-brokers.rabbitmq.tls.cert: is missing: a client certificate needs both',
      'custom.serverless-offline-brokers.rabbitmq.tls: needs an amqps:// URL',
    ])
  })
})

describe('an event of ActiveMQ', () => {
  it('is refused by name', () => {
    expect(refusalsOfEvent({ activemq: { arn: MQ_ARN, basicAuthArn: 'arn', queue: 'orders' } })).toEqual([
      'on-order.events[0].activemq: is not emulated: of Amazon MQ, this plugin has only rabbitmq events',
    ])
  })
})

describe('the local settings', () => {
  it('contain the addresses of the brokers', () => {
    const sasl = { mechanism: 'scram-sha-256', username: 'u', password: 'p' }
    const local = {
      kafka: { brokers: 'one:1, two:2', tls: 'true', sasl },
      rabbitmq: { url: 'amqp://u:p@host/shop', concurrency: '10', prefetch: 50 },
    }

    expect(kafkaOf({}, local)).toMatchObject({ brokers: ['one:1', 'two:2'], tls: true, sasl })
    expect(rabbitMqOf({ virtualHost: 'shop' }, local)).toMatchObject({
      urls: ['amqp://u:p@host/shop'],
      concurrency: 10,
      prefetch: 50,
    })
  })

  it.each([
    ['amqp://u:p,w@one, amqp://u:p,w@two', ['amqp://u:p,w@one', 'amqp://u:p,w@two']],
    [
      ['amqp://one', 'amqps://two:5000'],
      ['amqp://one', 'amqps://two:5000'],
    ],
  ])('contain several nodes of a RabbitMQ cluster: %j', (url, urls) => {
    expect(rabbitMqOf({}, { rabbitmq: { url } })).toMatchObject({ urls })
  })

  it.each([[[]], [['amqp://one', 'http://two']], ['amqp://one,two'], [7]])(
    'are refused with the nodes %j of a RabbitMQ cluster',
    (url) => {
      expect(refusalsOfEvent({ rabbitmq: RABBITMQ }, { rabbitmq: { url } })).toEqual([
        'custom.serverless-offline-brokers.rabbitmq.url: is not an amqp:// or amqps:// URL, or a list of them',
      ])
    },
  )

  it('of a function take precedence over those of the service', () => {
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

  it('default the prefetch to the messages of all batches in flight, up to the limit of AMQP', () => {
    expect(rabbitMqOf({ batchSize: 7 }, { rabbitmq: { concurrency: 3 } }).prefetch).toBe(21)
    expect(rabbitMqOf({ batchSize: 10_000 }, { rabbitmq: { concurrency: 10 } }).prefetch).toBe(65_535)
  })

  it('have defaults for what AWS does not document', () => {
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

  it('are all refused in one error, each with its path', () => {
    const local = {
      kafka: { brokers: [], tls: 'maybe', sasl: { mechanism: 'gssapi', username: 'u' }, topic: 'x' },
      rabbitmq: { url: 'http://host', concurrency: 0, prefetch: 65_536 },
      retryDelay: { firstMs: 10, longestMs: 5 },
      drainTimeoutMs: -1,
      httpPort: 'any',
      functions: { 'on-ordre': {}, 'on-order': { sqs: {} } },
      batchSize: 1,
    }

    expect(refusalsOfEvent({ kafka: KAFKA }, local)).toEqual([
      'custom.serverless-offline-brokers.kafka.brokers: is not a list of strings',
      'custom.serverless-offline-brokers.kafka.sasl.mechanism: is not one of plain, scram-sha-256, scram-sha-512, oauthbearer',
      'custom.serverless-offline-brokers.kafka.sasl.password: is missing',
      'custom.serverless-offline-brokers.kafka.tls: is not a boolean',
      'custom.serverless-offline-brokers.kafka.topic: is not a setting',
      'custom.serverless-offline-brokers.rabbitmq.url: is not an amqp:// or amqps:// URL, or a list of them',
      'custom.serverless-offline-brokers.rabbitmq.concurrency: is not an integer from 1 to 1000',
      'custom.serverless-offline-brokers.rabbitmq.prefetch: is not an integer from 1 to 65535',
      'custom.serverless-offline-brokers.functions.on-order.sqs: is not a setting',
      'custom.serverless-offline-brokers.functions.on-ordre: is not a function of this service',
      'custom.serverless-offline-brokers.retryDelay.longestMs: is less than firstMs',
      'custom.serverless-offline-brokers.drainTimeoutMs: is not an integer from 0 to 3600000',
      'custom.serverless-offline-brokers.httpPort: is not an integer from 0 to 65535',
      'custom.serverless-offline-brokers.batchSize: is not a setting',
    ])
  })
})

describe('an event is refused, with function, event and property,', () => {
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
      'schemaRegistryConfig: is not emulated: records are not validated against a schema registry, nor decoded with it',
    ],
    ['for an unknown property', { shiny: true }, 'shiny: is not emulated'],
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
      'onFailureDestination: is the topic that the records come from',
    ],
    ['for a batch size that is too large', { batchSize: 10_001 }, 'batchSize: is not an integer from 1 to 10000'],
    ['for a batch size that is not an integer', { batchSize: 1.5 }, 'batchSize: is not an integer from 1 to 10000'],
    [
      'for a window that is too long',
      { maximumBatchingWindow: 301 },
      'maximumBatchingWindow: is not an integer from 0 to 300',
    ],
    [
      'for a window of half a second',
      { maximumBatchingWindow: 0.5 },
      'maximumBatchingWindow: is not an integer from 0 to 300',
    ],
    [
      'for too many retries',
      { maximumRetryAttempts: 10_001 },
      'maximumRetryAttempts: is not an integer from -1 to 10000',
    ],
    [
      'for a record age that is too short',
      { maximumRecordAgeInSeconds: 59 },
      'maximumRecordAgeInSeconds: is neither -1 nor from 60 to 604800',
    ],
    [
      'for a record age that is too long',
      { maximumRecordAgeInSeconds: 604_801 },
      'maximumRecordAgeInSeconds: is not an integer from -1 to 604800',
    ],
    [
      'for an unknown response type',
      { functionResponseType: 'All' },
      'functionResponseType: is not one of ReportBatchItemFailures',
    ],
    [
      'for unknown response types',
      { functionResponseTypes: ['All'] },
      'functionResponseTypes: may only contain ReportBatchItemFailures',
    ],
    [
      'for AT_TIMESTAMP without a timestamp',
      { startingPosition: 'AT_TIMESTAMP' },
      'startingPositionTimestamp: is missing (in seconds since 1970)',
    ],
    [
      'for a timestamp that would be ignored',
      { startingPositionTimestamp: 1 },
      'startingPositionTimestamp: needs startingPosition AT_TIMESTAMP',
    ],
    [
      'for an unknown starting position',
      { startingPosition: 'NOW' },
      'startingPosition: is not one of TRIM_HORIZON, LATEST, AT_TIMESTAMP',
    ],
    [
      'for a minimum of pollers above the maximum',
      { provisionedPollerConfig: { minimumPollers: 3, maximumPollers: 2 } },
      'provisionedPollerConfig.maximumPollers: is less than minimumPollers',
    ],
    [
      'for a poller group',
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
      'filterPatterns[0].value[0]: is not one of the rules that AWS documents (equals-ignore-case, anything-but, numeric, exists, prefix, suffix)',
    ],
    [
      'for more than ten filters',
      { filterPatterns: Array(11).fill({ value: ['a'] }) },
      'filterPatterns: has more than 10 patterns',
    ],
    ['for a missing topic', { topic: null }, 'topic: is missing'],
  ])('%s', (_what, event, refusal) => {
    expect(refusalsOfEvent({ kafka: { ...KAFKA, ...event } })).toEqual([`${PLACE}.kafka.${refusal}`])
  })

  it('for retries, partial batches or bisecting, which Amazon MQ does not have', () => {
    const event = { ...RABBITMQ, maximumRetryAttempts: 1, functionResponseType: 'ReportBatchItemFailures' }

    expect(refusalsOfEvent({ rabbitmq: event })).toEqual([
      `${PLACE}.rabbitmq.maximumRetryAttempts: is not emulated`,
      `${PLACE}.rabbitmq.functionResponseType: is not emulated`,
    ])
  })

  it('for RabbitMQ filters by a member other than data', () => {
    expect(refusalsOfEvent({ rabbitmq: { ...RABBITMQ, filterPatterns: [{ value: ['a'] }] } })).toEqual([
      `${PLACE}.rabbitmq.filterPatterns[0].value: AWS filters these records by \`data\` only`,
    ])
  })

  it('for a virtual host that is not the one in the local URL', () => {
    const local = { rabbitmq: { url: 'amqp://localhost/%2F' } }

    expect(refusalsOfEvent({ rabbitmq: RABBITMQ }, local)).toEqual([])
    expect(refusalsOfEvent({ rabbitmq: { ...RABBITMQ, virtualHost: 'shop' } }, local)).toEqual([
      `${PLACE}.rabbitmq.virtualHost: is shop, but the local URL names another one`,
    ])
  })
})

describe('a service is refused', () => {
  it('for two mappings with the same consumer group', () => {
    const group = { consumerGroupId: 'one' }
    const service = serviceOf({
      'on-order': { events: [{ kafka: { ...KAFKA, ...group } }] },
      'on-other': { events: [{ msk: { ...MSK, ...group } }] },
    })

    expect(refusalsOf(service)).toEqual([
      'on-order:kafka:orders, on-other:msk:shop:orders: share a consumerGroupId, which must be unique',
    ])
  })

  it('for a function with the same source twice', () => {
    expect(refusalsOf(serviceOf({ 'on-order': { events: [{ kafka: KAFKA }, { kafka: KAFKA }] } }))).toEqual([
      'on-order:kafka:orders: is declared 2 times: a topic or queue can invoke a function only once',
    ])
  })

  it('for a function that may take longer than 14 minutes', () => {
    const events = [{ kafka: KAFKA }]

    expect(refusalsOf(serviceOf({ 'on-order': { timeout: 840, events } }))).toEqual([])
    const refusal = 'on-order.timeout: exceeds 14 minutes, the limit for functions with Kafka or RabbitMQ events'
    expect(refusalsOf(serviceOf({ 'on-order': { timeout: 841, events } }))).toEqual([refusal])
    expect(refusalsOf(serviceOf({ 'on-order': { events } }, {}, 900))).toEqual([refusal])
    expect(refusalsOf(serviceOf({ 'get-order': { timeout: 900, events: [{ httpApi: 'GET /' }] } }))).toEqual([])
  })

  it('for event source mappings that are declared or changed in CloudFormation resources', () => {
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
        'declare the change in the event of the function instead',
      'resources.Resources.FromTopic: is not emulated: declare it as an event of its function instead',
    ])
  })

  it('for all its problems, in one error', () => {
    const service = serviceOf({
      'on-order': { events: [{ kafka: { ...KAFKA, batchSize: 0 } }, { rabbitmq: { ...RABBITMQ, batchSize: 0 } }] },
      'on-other': { timeout: 900, events: [{ msk: { ...MSK, arn: undefined } }] },
    })

    expect(() => readMappings(service)).toThrow(
      [
        'serverless-offline-brokers does not start:',
        '  - on-order.events[0].kafka.batchSize: is not an integer from 1 to 10000',
        '  - on-order.events[1].rabbitmq.batchSize: is not an integer from 1 to 10000',
        '  - on-other.events[0].msk.arn: is missing',
        '  - on-other.timeout: exceeds 14 minutes, the limit for functions with Kafka or RabbitMQ events',
      ].join('\n'),
    )
  })
})

describe('a warning', () => {
  it('names properties that AWS supports in provisioned mode only', () => {
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

  it('names a batch size that the local prefetch does not allow', () => {
    expect(read({ rabbitmq: RABBITMQ }, { rabbitmq: { prefetch: 99 } }).warnings).toEqual([
      'on-order.events[0].rabbitmq.batchSize: cannot be reached: the local prefetch allows only 99 unacknowledged messages',
    ])
    expect(read({ rabbitmq: RABBITMQ }, { rabbitmq: { prefetch: 100 } }).warnings).toEqual([])
  })

  it('names filters above the default quota of AWS', () => {
    const filterPatterns = Array(6).fill({ value: ['a'] })

    expect(read({ kafka: { ...KAFKA, filterPatterns } }).warnings).toEqual([
      'on-order.events[0].kafka.filterPatterns: has more than 5 patterns: AWS allows that only with an increased quota',
    ])
  })
})
