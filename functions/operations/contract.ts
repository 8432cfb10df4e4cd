import { CHANNELS } from '@ecommerce/domain'
import { type About, defineRoute, PROBLEMS, type ProblemCode, type Readiness, z } from '@ecommerce/runtime'
import { MESSAGE_NAMES } from '../messages'

export const getHealth = defineRoute({
  operationId: 'getHealth',
  method: 'GET',
  path: '/health',
  summary: 'Is the process alive?',
  description: 'Touches no dependency.',
  tag: 'operations',
  success: { status: 200, description: 'Alive', body: z.object({ status: z.literal('alive') }).meta({ id: 'Health' }) },
  problems: [],
})

const dependencyBody = z.object({
  status: z.enum(['up', 'down']),
  required: z.boolean(),
  latency_ms: z.int(),
  reason: z.string().optional(),
})

const readinessBody = z
  .object({
    status: z.enum(['ready', 'degraded', 'unavailable', 'draining']),
    dependencies: z.record(z.string(), dependencyBody),
  })
  .meta({ id: 'Readiness' })

export const getReady = defineRoute({
  operationId: 'getReady',
  method: 'GET',
  path: '/ready',
  summary: 'Can requests be served, and if not, what is missing?',
  description:
    'degraded: MySQL answers, a broker does not; only its routes fail. unavailable, or draining because the process is about to end: answered with 503 and this same body.',
  tag: 'operations',
  success: { status: 200, description: 'Ready, or degraded', body: readinessBody },
  problems: [],
})

const aboutBody = z
  .object({
    service: z.string(),
    version: z.string(),
    home: z.enum(['serverless-offline', 'function-host', 'lambda']),
    node: z.string().meta({ description: 'The version of Node' }),
    cpus: z.int(),
    dependencies: z.array(
      z.object({
        name: z.string(),
        status: z.enum(['up', 'down']),
        version: z.string().optional().meta({ description: 'Absent where the server does not tell (Kafka)' }),
        reason: z.string().optional(),
      }),
    ),
    durability: z
      .array(
        z.object({ channel: z.enum(['all', ...CHANNELS]), name: z.string(), value: z.string() }).meta({
          description: 'A setting, in the terms of its server, and the orders that depend on it',
        }),
      )
      .meta({ description: 'Of the dependencies that are up' }),
  })
  .meta({ id: 'About' })

export const getAbout = defineRoute({
  operationId: 'getAbout',
  method: 'GET',
  path: '/about',
  summary: 'What runs here, on what, and how durable it is',
  description:
    'Versions and settings as the servers themselves tell them at this moment: what to print beside figures.',
  tag: 'operations',
  success: { status: 200, description: 'The service and its servers', body: aboutBody },
  problems: [],
})

export const getMetrics = defineRoute({
  operationId: 'getMetrics',
  method: 'GET',
  path: '/metrics',
  summary: 'What happens here, in numbers, for Prometheus',
  description:
    'Counters are those of the process that answers. Lag, depth and the outbox are measured now, once a second at most; ' +
    'what cannot be measured is absent, and counted in ecommerce_measurement_errors_total.',
  tag: 'operations',
  success: {
    status: 200,
    description: 'The metrics',
    body: z.string(),
    mediaType: 'text/plain; version=0.0.4; charset=utf-8',
  },
  problems: [],
})

export const getOpenApi = defineRoute({
  operationId: 'getOpenApi',
  method: 'GET',
  path: '/openapi.json',
  summary: 'This API as OpenAPI 3.1',
  tag: 'operations',
  success: { status: 200, description: 'The document', body: z.record(z.string(), z.unknown()) },
  problems: [],
})

export const getDocs = defineRoute({
  operationId: 'getDocs',
  method: 'GET',
  path: '/docs',
  summary: 'This API as a page to read and to try',
  tag: 'operations',
  success: { status: 200, description: 'The page', body: z.string(), mediaType: 'text/html; charset=utf-8' },
  problems: [],
})

export const getStatus = defineRoute({
  operationId: 'getStatus',
  method: 'GET',
  path: '/status',
  summary: 'What happens here, as a page to look at',
  description: 'Live, from /metrics, /ready, /dead-letters and /about; replays and discards dead letters.',
  tag: 'operations',
  success: { status: 200, description: 'The page', body: z.string(), mediaType: 'text/html; charset=utf-8' },
  problems: [],
})

export const getProblem = defineRoute({
  operationId: 'getProblem',
  method: 'GET',
  path: '/problems/{code}',
  summary: 'What a problem type means',
  tag: 'operations',
  params: z.object({ code: z.enum(Object.keys(PROBLEMS) as ProblemCode[]) }),
  success: {
    status: 200,
    description: 'The problem type',
    body: z.object({ type: z.string(), title: z.string(), status: z.int() }).meta({ id: 'ProblemType' }),
  },
  problems: [],
})

export const getMessageSchema = defineRoute({
  operationId: 'getMessageSchema',
  method: 'GET',
  path: '/messages/{name}',
  summary: 'The JSON Schema of a message that leaves through a broker',
  tag: 'operations',
  params: z.object({ name: z.enum(MESSAGE_NAMES) }),
  success: {
    status: 200,
    description: 'The schema',
    body: z.record(z.string(), z.unknown()),
    mediaType: 'application/schema+json',
  },
  problems: [],
})

export const OPERATION_ROUTES = [
  getHealth,
  getReady,
  getAbout,
  getMetrics,
  getOpenApi,
  getDocs,
  getStatus,
  getProblem,
  getMessageSchema,
] as const

export function toReadinessBody({ status, dependencies }: Readiness): z.input<typeof readinessBody> {
  return {
    status,
    dependencies: Object.fromEntries(
      Object.entries(dependencies).map(([name, { latencyMs, ...state }]) => [
        name,
        { ...state, latency_ms: latencyMs },
      ]),
    ),
  }
}

export function toAboutBody(about: About): z.input<typeof aboutBody> {
  return { ...about, dependencies: [...about.dependencies], durability: [...about.durability] }
}

/** Not part of the API: the default route, for requests that are. */
export const unrouted = defineRoute({
  operationId: 'answerUnrouted',
  method: 'ANY',
  path: '*',
  summary: 'Whatever no route matches',
  tag: 'operations',
  success: { status: 404, description: 'Never: it is a problem' },
  problems: ['route-not-found', 'method-not-allowed'],
})
