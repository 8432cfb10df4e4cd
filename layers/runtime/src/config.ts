import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { isSecureUrl } from './identity/provider-urls'
import { PUBLISHED, refusedInProduction } from './production-rules'
import { z } from './zod'

/** `npm start` writes the addresses of the servers that it has started into this file. Every command reads it. */
export const SERVERS_ENV_FILE = join('.local', 'servers.env')

const port = z.coerce.number().int().min(1).max(65_535)
const count = z.coerce.number().int().min(1).max(10_000)
const durationMs = z.coerce.number().int().min(1).max(600_000)
const name = z
  .string()
  .regex(/^[A-Za-z0-9._-]{1,200}$/, 'must be 1 to 200 letters, digits, dots, dashes or underscores')

const brokerList = z
  .string()
  .transform((list) => list.split(',').map((broker) => broker.trim()))
  .pipe(z.array(z.string().regex(/^[^\s:]+:\d{1,5}$/, 'must be host:port, comma separated')).min(1))

const hostNames = z
  .string()
  .transform((list) => list.split(',').map((name) => name.trim()))
  .pipe(
    z.array(z.string().regex(/^(\*|[\w.-]+|\[[\da-fA-F:.]+\])$/, 'must be host names without ports, comma separated')),
  )

/** Origins as a browser sends them: no path, no slash at the end, no default port. */
const origins = z
  .string()
  .transform((list) => list.split(',').map((origin) => origin.trim()))
  .pipe(
    z.array(
      z.string().refine((origin) => origin === '*' || isOrigin(origin), {
        error: 'must be origins such as https://shop.example, comma separated, or *',
      }),
    ),
  )

const functionPatterns = z
  .string()
  .transform((list) => list.split(',').map((pattern) => pattern.trim()))
  .pipe(z.array(z.string().regex(/^[\w*/-]+$/, 'must be patterns such as orders/*, comma separated')).min(1))

/** A single IPv6 address may be written without brackets, because it has no port. */
const mysqlHosts = z
  .string()
  .transform((list) => list.split(',').map((host) => host.trim()))
  .pipe(
    z.array(
      z
        .string()
        .regex(
          /^((\[[\da-fA-F:.]+\]|[^\s:[\]]+)(:\d{1,5})?|[\da-fA-F]*:[\da-fA-F:.]*:[\da-fA-F:.]*)$/,
          'must be host or host:port, comma separated',
        ),
    ),
  )
  .transform((hosts) => hosts.join(','))

/** Exactly as tokens contain it in `iss`. It is compared as a text, so a slash at the end matters. */
const issuerUrl = z.string().refine((url) => isSecureUrl(url) && !/[?#]/.test(url), {
  error: 'must be an https:// URL without query (http:// only for this machine, such as http://127.0.0.1:8089)',
})

const audiences = z
  .string()
  .transform((list) => list.split(',').map((audience) => audience.trim()))
  .pipe(z.array(z.string().min(1, 'must be audiences, comma separated')))

const claimName = z.string().regex(/^\S{1,200}$/, 'must be the name of a claim')

const amqpUrl = z.url({
  protocol: /^amqps?$/,
  hostname: /^[^,]+$/,
  error: 'must be amqp:// or amqps:// URLs, comma separated',
})

/** A comma separates URLs only before the next scheme, because a password may contain one. */
const amqpUrls = z
  .string()
  .transform((list) => list.split(/,\s*(?=amqps?:)/).map((url) => url.trim()))
  .pipe(z.tuple([amqpUrl], amqpUrl))
  .refine((urls) => new Set(urls.map(virtualHostPath)).size === 1, {
    error: 'must name the same virtual host in all URLs, because they are the nodes of one cluster',
  })

/** The paths of the default virtual host count as the same one. */
function virtualHostPath(url: string): string {
  const { pathname } = new URL(url)
  return ['/', '//', '/%2F', '/%2f'].includes(pathname) ? '' : pathname
}

/**
 * Every environment variable that the project reads, with its default. `.env.example` lists the same keys and defaults,
 * and a test compares the two.
 */
export const environmentSchema = z.object({
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),

  LOG_SUCCESS_PER_SECOND: z.coerce.number().int().min(0).max(1_000_000).default(100),
  LOG_SUCCESS_EVERY: z.coerce.number().int().min(1).max(1_000_000).default(100),
  METRICS: z.enum(['prometheus', 'emf', 'none']).optional(),

  OTEL_EXPORTER_OTLP_ENDPOINT: z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// URL' }).optional(),
  OTEL_EXPORTER_OTLP_HEADERS: z
    .string()
    .regex(/^[^\s=,]+=[^\s,]*(,[^\s=,]+=[^\s,]*)*$/, 'must be name=value, comma separated')
    .optional(),
  OTEL_SERVICE_NAME: name.default('ecommerce'),
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number().min(0).max(1).default(1),

  HTTP_PORT: port.default(3000),
  HTTP_HOSTS: hostNames.default([]),
  HTTP_BODY_TIMEOUT_MS: z.coerce.number().int().min(100).max(60_000).default(15_000),
  REQUEST_DEADLINE_MS: z.coerce.number().int().min(100).max(29_000).default(3_000),
  CORS_ORIGINS: origins.default([]),
  ALLOW_OPEN_SHOP: z.stringbool().default(false),
  EDGE_ADDRESS: z
    .string()
    .regex(/^[\w.:[\]-]{1,100}$/, 'must be an address')
    .optional(),
  HSTS_MAX_AGE_SECONDS: z.coerce.number().int().min(0).max(63_072_000).default(0),
  PRODUCT_SERVICE_PORT: port.default(8080),
  ORDER_SERVICE_PORT: port.default(8081),
  RATE_LIMIT_PER_ADDRESS: z.coerce.number().int().min(0).max(1_000_000).default(0),
  RATE_LIMIT_PER_CALLER: z.coerce.number().int().min(0).max(1_000_000).default(0),
  RATE_LIMIT_BURST_SECONDS: z.coerce.number().int().min(1).max(3_600).default(10),
  SERVICE: name.optional(),
  FUNCTIONS: functionPatterns.optional(),

  MYSQL_HOST: mysqlHosts.default('127.0.0.1'),
  MYSQL_PORT: port.default(3306),
  MYSQL_USER: z.string().min(1).default(PUBLISHED.MYSQL_USER),
  MYSQL_PASSWORD: z.string().default(PUBLISHED.MYSQL_PASSWORD),
  MYSQL_ADMIN_USER: z.string().min(1).optional(),
  MYSQL_ADMIN_PASSWORD: z.string().optional(),
  MYSQL_DATABASE: z
    .string()
    .regex(/^\w{1,64}$/, 'must be 1 to 64 letters, digits or underscores')
    .default('ecommerce'),
  MYSQL_POOL_SIZE: count.default(10),
  MYSQL_QUERY_TIMEOUT_MS: durationMs.default(3_000),
  MYSQL_RETRY_WITHIN_MS: durationMs.default(2_000),

  AUTH_ISSUER: issuerUrl.optional(),
  AUTH_AUDIENCE: audiences.default([]),
  AUTH_USER_CLAIM: claimName.default('sub'),
  AUTH_ROLES_CLAIM: claimName.optional(),
  AUTH_SCOPE_PREFIX: z
    .string()
    .regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,200}$/, 'must be the beginning of a scope')
    .optional(),
  AUTH_CLOCK_TOLERANCE_MS: z.coerce.number().int().min(0).max(300_000).default(30_000),

  LOCAL_ISSUER_PORT: port.default(8_089),

  ORDER_ID_SECRET: z.string().min(16).default(PUBLISHED.ORDER_ID_SECRET),
  ORDER_BATCH_SIZE: count.default(500),
  ORDER_QUEUE_SIZE: z.coerce.number().int().min(1).max(100_000).default(10_000),

  KAFKA_BROKERS: brokerList.default(['127.0.0.1:9092']),
  KAFKA_TOPIC: name.default('orders'),
  KAFKA_DLQ_TOPIC: name.default('orders.dlq'),
  KAFKA_PRODUCT_EVENTS_TOPIC: name.default('product-events'),
  KAFKA_ORDER_EVENTS_TOPIC: name.default('order-events'),
  KAFKA_GROUP_ID: name.default('ecommerce-group'),
  KAFKA_PARTITIONS: count.default(3),
  KAFKA_REPLICATION: count.default(1),
  KAFKA_PRODUCER_RETRIES: z.coerce.number().int().min(1).max(20).default(5),
  KAFKA_PRODUCER_BATCH_SIZE: count.default(500),
  KAFKA_FETCH_MIN_BYTES: z.coerce.number().int().min(1).default(1),
  KAFKA_FETCH_MAX_BYTES: z.coerce.number().int().min(1_024).default(1_048_576),
  KAFKA_FETCH_MAX_WAIT_MS: durationMs.default(100),
  KAFKA_REBALANCE_TIMEOUT_MS: durationMs.default(60_000),
  KAFKA_SESSION_TIMEOUT_MS: z.coerce.number().int().min(6_000).max(300_000).default(8_000),

  RABBITMQ_URL: amqpUrls.default([PUBLISHED.RABBITMQ_URL]),
  RABBITMQ_MANAGEMENT_PORT: port.default(15_672),
  RABBITMQ_EXCHANGE: name.default('orders'),
  RABBITMQ_ROUTING_KEY: name.default('order.placed'),
  RABBITMQ_QUEUE: name.default('orders'),
  RABBITMQ_QUEUE_TYPE: z.enum(['quorum', 'classic']).default('quorum'),
  RABBITMQ_DLX: name.default('orders.dlx'),
  RABBITMQ_DLQ: name.default('orders.dlq'),
  RABBITMQ_HEARTBEAT_SECONDS: z.coerce.number().int().min(1).max(600).default(30),
  RABBITMQ_MESSAGE_TTL_MS: z.coerce.number().int().min(0).max(4_294_967_295).default(0),
  RABBITMQ_CHANNELS: z.coerce.number().int().min(1).max(64).default(4),
  RABBITMQ_CONCURRENCY: z.coerce.number().int().min(1).max(100).default(10),
  RABBITMQ_PREFETCH: z.coerce.number().int().min(0).max(65_535).default(0),

  CONSUMER_BATCH_SIZE: count.default(500),
  CLOCK_TOLERANCE_MS: z.coerce.number().int().min(0).max(86_400_000).default(300_000),
  DRAIN_TIMEOUT_MS: durationMs.default(10_000),
  LAME_DUCK_MS: z.coerce.number().int().min(0).max(600_000).default(0),
  EVENT_SOURCES_PORT: z.coerce.number().int().min(0).max(65_535).default(0),

  PUBLISH_WITHIN_MS: durationMs.default(2_500),
  PUBLISH_QUEUE_SIZE: z.coerce.number().int().min(1).max(100_000).default(10_000),

  OUTBOX_RELAY_AFTER_COMMIT: z.stringbool().default(true),
  OUTBOX_BATCH_SIZE: count.default(1_000),
  OUTBOX_INTERVAL_MS: durationMs.default(100),
  OUTBOX_SATURATED_INTERVAL_MS: durationMs.default(5_000),

  READY_TIMEOUT_MS: durationMs.default(2_000),
})

export type Config = z.output<typeof environmentSchema>

/** Names every invalid variable, but no value, because values may be secrets. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly keys: readonly string[]

  constructor(problems: readonly { key: string; detail: string }[]) {
    super(`invalid configuration:\n${problems.map(({ key, detail }) => `  ${key}: ${detail}`).join('\n')}`)
    this.keys = problems.map(({ key }) => key)
  }
}

/**
 * Parses an environment; an empty variable counts as unset.
 * @throws {ConfigError} naming all invalid keys
 */
export function parseConfig(environment: NodeJS.ProcessEnv): Config {
  // Without a compiled parser: for one parse, compiling costs more than it saves.
  const parsed = environmentSchema.safeParse(withoutEmpty(environment), { jitless: true })
  if (!parsed.success) {
    throw new ConfigError(
      parsed.error.issues.map((issue) => ({ key: String(issue.path[0]), detail: withoutValue(issue) })),
    )
  }
  const problems = [...refusedInProduction(parsed.data), ...incompleteIdentity(parsed.data)]
  if (problems.length > 0) throw new ConfigError(problems)
  return parsed.data
}

/**
 * Reads the configuration of this process from the environment, then `.env`, then the addresses that `npm start` has
 * recorded, then the defaults. An empty variable counts as unset.
 * @throws {ConfigError} naming all invalid keys
 */
export function readConfig(directory = process.cwd()): Config {
  return parseConfig({ ...readEnvFile(directory, SERVERS_ENV_FILE), ...readUserSettings(directory) })
}

/**
 * Reads the settings that the user has chosen, in the environment or in `.env`, without the addresses that `npm start`
 * has recorded.
 */
export function readUserSettings(directory = process.cwd()): Readonly<Record<string, string>> {
  const settings = { ...readEnvFile(directory, '.env'), ...withoutEmpty(process.env) }
  return Object.fromEntries(
    Object.keys(environmentSchema.shape).flatMap((key) => (settings[key] ? [[key, settings[key]]] : [])),
  )
}

/** Where the functions run. */
export type Home = 'serverless-offline' | 'function-host' | 'lambda'

/** Detects where the functions run: serverless-offline and Lambda set variables of their own. */
export function readHome(environment: NodeJS.ProcessEnv = process.env): Home {
  if (environment.IS_OFFLINE === 'true') return 'serverless-offline'
  return environment.AWS_LAMBDA_RUNTIME_API ? 'lambda' : 'function-host'
}

function readEnvFile(directory: string, file: string): NodeJS.ProcessEnv {
  const path = join(directory, file)
  return existsSync(path) ? withoutEmpty(parseEnv(readFileSync(path, 'utf8'))) : {}
}

function withoutEmpty(environment: NodeJS.Dict<string>): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && /^https?:/.test(text) && new URL(text).origin === text
}

function incompleteIdentity({ AUTH_ISSUER: issuer, AUTH_AUDIENCE: audience }: Config) {
  if ((issuer === undefined) === (audience.length === 0)) return []
  return [
    issuer === undefined
      ? { key: 'AUTH_ISSUER', detail: 'must be set if AUTH_AUDIENCE is set' }
      : { key: 'AUTH_AUDIENCE', detail: 'must be set if AUTH_ISSUER is set' },
  ]
}

/** The message of an issue, without the invalid value. */
function withoutValue(issue: z.core.$ZodIssue): string {
  return issue.code === 'invalid_value' ? `must be one of ${issue.values.join(', ')}` : issue.message
}
