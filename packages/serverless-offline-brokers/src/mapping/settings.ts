import type { KafkaMapping, KafkaTls, RabbitMqMapping, RetryDelay } from '../event-source-mapping'
import type { Findings } from './findings'
import { Section } from './section'

export const CUSTOM_KEY = 'serverless-offline-brokers'

/** Connection settings of the local Kafka, for `kafka` and `msk` events. */
export interface KafkaSettings {
  readonly brokers: readonly string[]
  readonly sasl: KafkaMapping['sasl']
  readonly tls: KafkaMapping['tls']
  readonly batchAcrossPartitions: boolean
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
  /** The nodes of one cluster. */
  readonly urls: readonly string[]
  readonly tls: RabbitMqMapping['tls']
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
    batchAcrossPartitions: false,
    consumer: {},
  })
  const rabbitMq = readRabbitMq(root.section('rabbitmq'), {
    urls: ['amqp://guest:guest@localhost:5672'],
    tls: undefined,
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
    tls: readKafkaTls(section) ?? defaults.tls,
    batchAcrossPartitions: section.boolean('batchAcrossPartitions') ?? defaults.batchAcrossPartitions,
    consumer: { ...defaults.consumer, ...readConsumer(section) },
  }
  section.refuseRest(unknownSetting)
  return settings
}

function readConsumer(section: Section): KafkaConsumerSettings {
  const entries = CONSUMER_SETTINGS.map((name) => [name, section.integer(name, { min: 1, max: 2 ** 31 - 1 })])
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
}

/** Undefined when it is not set. */
function readKafkaTls(section: Section): KafkaMapping['tls'] | undefined {
  const value = section.get('tls')
  return typeof value === 'object' ? readTls(section.section('tls')) : section.boolean('tls')
}

function readTls(section: Section): KafkaTls {
  const tls = {
    ca: section.pem('ca'),
    cert: section.pem('cert'),
    key: section.pem('key'),
    passphrase: section.string('passphrase'),
  }
  section.refuseRest(unknownSetting)
  if (section.has('cert') !== section.has('key')) {
    section.refuse(section.has('cert') ? 'key' : 'cert', 'is missing: a client certificate needs both')
  }
  return tls
}

const PASSWORD_MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const

function readSasl(section: Section): KafkaMapping['sasl'] {
  const mechanism = section.oneOf('mechanism', [...PASSWORD_MECHANISMS, 'oauthbearer'])
  const isOauth = mechanism === 'oauthbearer'
  const required = isOauth ? ['tokenEndpoint', 'clientId', 'clientSecret'] : ['username', 'password']
  const values = required.map((name) => section.string(name))
  const scope = isOauth ? section.string('scope') : undefined
  section.refuseRest(unknownSetting)
  for (const name of ['mechanism', ...required]) if (!section.has(name)) section.refuse(name, 'is missing')
  const [first, second, third] = values
  if (mechanism === undefined || first === undefined || second === undefined) return undefined
  if (!isOauth) return { mechanism, username: first, password: second }
  if (!URL.canParse(first)) return section.refuse('tokenEndpoint', 'is not a URL')
  return third === undefined
    ? undefined
    : { mechanism, tokenEndpoint: first, clientId: second, clientSecret: third, ...(scope !== undefined && { scope }) }
}

function readRabbitMq(section: Section, defaults: RabbitMqSettings): RabbitMqSettings {
  const urls = readAmqpUrls(section) ?? defaults.urls
  const tls = section.has('tls') ? readTls(section.section('tls')) : defaults.tls
  const isOwn = section.has('url') || section.has('tls')
  if (isOwn && tls !== undefined && urls.some((url) => /^amqp:/.test(url))) {
    section.refuse('tls', 'needs an amqps:// URL')
  }
  const settings = {
    urls,
    tls,
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

/** One URL or a list. A comma separates URLs only before the next scheme, because a password may contain one. */
function readAmqpUrls(section: Section): readonly string[] | undefined {
  const value = section.get('url')
  if (value === undefined) return undefined
  const urls: readonly unknown[] = typeof value === 'string' ? value.split(/,\s*(?=amqps?:)/) : [value].flat()
  if (urls.length > 0 && urls.every(isAmqpUrl)) return urls
  return section.refuse('url', 'is not an amqp:// or amqps:// URL, or a list of them')
}

function isAmqpUrl(url: unknown): url is string {
  if (typeof url !== 'string' || !URL.canParse(url)) return false
  const { protocol, hostname } = new URL(url)
  return /^amqps?:$/.test(protocol) && !hostname.includes(',')
}

function unknownSetting(): string {
  return 'is not a setting'
}
