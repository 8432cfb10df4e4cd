import type { KafkaMapping, RetryDelay } from '../event-source-mapping'
import type { Findings } from './findings'
import { Section } from './section'

export const CUSTOM_KEY = 'serverless-offline-brokers'

/** Connection settings of the local Kafka, for `kafka` and `msk` events. */
export interface KafkaSettings {
  readonly brokers: readonly string[]
  readonly sasl: KafkaMapping['sasl']
  readonly tls: boolean
  /** Settings of the consumer. For absent ones the poller has defaults. */
  readonly consumer: KafkaConsumerSettings
}

const CONSUMER_SETTINGS = [
  'fetchMinBytes',
  'fetchMaxBytesPerPartition',
  'fetchMaxWaitMs',
  'rebalanceTimeoutMs',
  'sessionTimeoutMs',
  'heartbeatIntervalMs',
  'metadataMaxAgeMs',
] as const

export type KafkaConsumerSettings = { readonly [name in (typeof CONSUMER_SETTINGS)[number]]?: number }

export interface RabbitMqSettings {
  readonly url: string
  readonly concurrency: number
  /** Undefined: as many messages as the batches in flight can hold. */
  readonly prefetch: number | undefined
}

/** `custom.serverless-offline-brokers`: settings that are local, or that AWS does not document. */
export interface Settings {
  readonly kafka: (functionKey: string) => KafkaSettings
  readonly rabbitMq: (functionKey: string) => RabbitMqSettings
  readonly retryDelay: RetryDelay
  readonly drainTimeoutMs: number
  /** Undefined: no endpoint. 0: any free port. */
  readonly httpPort: number | undefined
  /** Undefined: the setting of serverless-offline. */
  readonly noTimeout: boolean | undefined
}

const HOUR_MS = 3_600_000
/** AMQP has 16 bits for the prefetch. */
export const PREFETCH_LIMIT = 65_535

/** Reads all settings. Problems go to the findings. */
export function readSettings(custom: unknown, functionKeys: readonly string[], findings: Findings): Settings {
  const root = new Section(custom, `custom.${CUSTOM_KEY}`, findings)
  const kafka = readKafka(root.section('kafka'), {
    brokers: ['localhost:9092'],
    sasl: undefined,
    tls: false,
    consumer: {},
  })
  const rabbitMq = readRabbitMq(root.section('rabbitmq'), {
    url: 'amqp://guest:guest@localhost:5672',
    concurrency: 1,
    prefetch: undefined,
  })

  const functions = root.section('functions')
  const overrides = new Map(
    functionKeys.map((key) => {
      const own = functions.section(key)
      const override = {
        kafka: readKafka(own.section('kafka'), kafka),
        rabbitMq: readRabbitMq(own.section('rabbitmq'), rabbitMq),
      }
      own.refuseRest(unknownSetting)
      return [key, override]
    }),
  )
  functions.refuseRest(() => 'is not a function of this service')

  const settings: Settings = {
    kafka: (functionKey) => overrides.get(functionKey)?.kafka ?? kafka,
    rabbitMq: (functionKey) => overrides.get(functionKey)?.rabbitMq ?? rabbitMq,
    retryDelay: readRetryDelay(root.section('retryDelay')),
    drainTimeoutMs: root.integer('drainTimeoutMs', { min: 0, max: HOUR_MS }) ?? 10_000,
    httpPort: root.integer('httpPort', { min: 0, max: 65_535 }),
    noTimeout: root.boolean('noTimeout'),
  }
  root.refuseRest(unknownSetting)
  return settings
}

function readKafka(section: Section, defaults: KafkaSettings): KafkaSettings {
  const settings = {
    brokers: section.strings('brokers') ?? defaults.brokers,
    sasl: section.has('sasl') ? readSasl(section.section('sasl')) : defaults.sasl,
    tls: section.boolean('tls') ?? defaults.tls,
    consumer: { ...defaults.consumer, ...readConsumer(section) },
  }
  section.refuseRest(unknownSetting)
  return settings
}

function readConsumer(section: Section): KafkaConsumerSettings {
  const entries = CONSUMER_SETTINGS.map((name) => [name, section.integer(name, { min: 1, max: 2 ** 31 - 1 })])
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
}

function readSasl(section: Section): KafkaMapping['sasl'] {
  const mechanism = section.oneOf('mechanism', ['plain', 'scram-sha-256', 'scram-sha-512'])
  const username = section.string('username')
  const password = section.string('password')
  section.refuseRest(unknownSetting)
  for (const name of ['mechanism', 'username', 'password']) if (!section.has(name)) section.refuse(name, 'is missing')
  if (mechanism === undefined || username === undefined || password === undefined) return undefined
  return { mechanism, username, password }
}

function readRabbitMq(section: Section, defaults: RabbitMqSettings): RabbitMqSettings {
  const url = section.string('url')
  if (url !== undefined && !isAmqpUrl(url)) section.refuse('url', 'is not an amqp:// or amqps:// URL')
  const settings = {
    url: url ?? defaults.url,
    concurrency: section.integer('concurrency', { min: 1, max: 1000 }) ?? defaults.concurrency,
    prefetch: section.integer('prefetch', { min: 1, max: PREFETCH_LIMIT }) ?? defaults.prefetch,
  }
  section.refuseRest(unknownSetting)
  return settings
}

function readRetryDelay(section: Section): RetryDelay {
  const firstMs = section.integer('firstMs', { min: 0, max: HOUR_MS })
  const longestMs = section.integer('longestMs', { min: 0, max: HOUR_MS })
  section.refuseRest(unknownSetting)
  // When only one is set, the default of the other adapts to it.
  const delay = {
    firstMs: firstMs ?? Math.min(250, longestMs ?? 250),
    longestMs: longestMs ?? Math.max(10_000, firstMs ?? 0),
  }
  if (delay.longestMs < delay.firstMs) section.refuse('longestMs', 'is less than firstMs')
  return delay
}

function isAmqpUrl(url: string): boolean {
  return URL.canParse(url) && /^amqps?:$/.test(new URL(url).protocol)
}

function unknownSetting(): string {
  return 'is not a setting'
}
