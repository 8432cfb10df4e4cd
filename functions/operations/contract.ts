import { CHANNELS } from '@ecommerce/domain'
import { type About, defineRoute, PROBLEMS, type ProblemCode, type Readiness, z } from '@ecommerce/runtime'
import { MESSAGE_NAMES } from '../messages'

export const getHealth = defineRoute({
  operationId: 'getHealth',
  method: 'GET',
  path: '/health',
  summary: 'Is the process alive?',
  description: 'Queries no dependency.',
  tag: 'operations',
  access: 'public',
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
  summary: 'Can this process serve requests, and which dependencies are down?',
  description:
    'degraded: MySQL responds, but a broker does not, and only the routes of that broker fail. ' +
    'unavailable, and draining when the process is about to end, come with status 503 and the same body. ' +
    'Only operators receive reasons: they contain addresses.',
  tag: 'operations',
  access: 'public',
  reveals: 'operations:read',
  success: { status: 200, description: 'Ready, or degraded', body: readinessBody },
  problems: [],
})

const aboutBody = z
  .object({
    service: z.string(),
    version: z.string(),
    home: z.enum(['serverless-offline', 'function-host', 'lambda']),
    access: z.enum(['open', 'protected']).meta({ description: 'open: every request is accepted without a token' }),
    node: z.string().meta({ description: 'The version of Node' }),
    cpus: z.int(),
    dependencies: z.array(
      z.object({
        name: z.string(),
        status: z.enum(['up', 'down']),
        version: z.string().optional().meta({ description: 'Absent for a server that does not report it (Kafka)' }),
        reason: z.string().optional(),
      }),
    ),
    durability: z
      .array(
        z.object({ channel: z.enum(['all', ...CHANNELS]), name: z.string(), value: z.string() }).meta({
          description: 'A setting of a server, in its own terms, and the channel whose orders depend on it',
        }),
      )
      .meta({ description: 'The settings of the dependencies that are up' }),
  })
  .meta({ id: 'About' })

export const getAbout = defineRoute({
  operationId: 'getAbout',
  method: 'GET',
  path: '/about',
  summary: 'Versions, servers and durability settings of this shop',
  description: 'The servers report their versions and settings for each request. Print them beside measured figures.',
  tag: 'operations',
  access: 'operations:read',
  success: { status: 200, description: 'The service and its servers', body: aboutBody },
  problems: [],
})

export const getMetrics = defineRoute({
  operationId: 'getMetrics',
  method: 'GET',
  path: '/metrics',
  summary: 'Metrics for Prometheus',
  description:
    'Counters are those of the process that responds. Lag, queue depth and outbox are measured for each scrape, ' +
    'at most once per second. A gauge that cannot be measured is absent, and ecommerce_measurement_errors_total counts it.',
  tag: 'operations',
  access: 'operations:read',
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
  summary: 'This API as an OpenAPI 3.1 document',
  tag: 'operations',
  access: 'public',
  success: { status: 200, description: 'The document', body: z.record(z.string(), z.unknown()) },
  problems: [],
})

const page = { status: 200, description: 'The page', body: z.string(), mediaType: 'text/html; charset=utf-8' } as const

export const getHome = defineRoute({
  operationId: 'getHome',
  method: 'GET',
  path: '/',
  summary: 'The start page',
  description: 'Orders one product through each channel and shows the timeline of each order.',
  tag: 'operations',
  access: 'public',
  success: page,
  problems: [],
})

export const getDocs = defineRoute({
  operationId: 'getDocs',
  method: 'GET',
  path: '/docs',
  summary: 'This API as an interactive page',
  tag: 'operations',
  access: 'public',
  success: page,
  problems: [],
})

export const getStatus = defineRoute({
  operationId: 'getStatus',
  method: 'GET',
  path: '/status',
  summary: 'The status page',
  description: 'Shows /metrics, /ready, /dead-letters and /about live. It can replay and discard dead letters.',
  tag: 'operations',
  access: 'public',
  success: page,
  problems: [],
})

export const getProblem = defineRoute({
  operationId: 'getProblem',
  method: 'GET',
  path: '/problems/{code}',
  summary: 'What a problem type means',
  tag: 'operations',
  access: 'public',
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
  summary: 'The JSON Schema of a message that the shop publishes',
  tag: 'operations',
  access: 'public',
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
  getHome,
  getDocs,
  getStatus,
  getProblem,
  getMessageSchema,
] as const

/** @param withReasons reasons contain addresses and errors of drivers, so they are only for operators */
export function toReadinessBody(
  { status, dependencies }: Readiness,
  withReasons: boolean,
): z.input<typeof readinessBody> {
  return {
    status,
    dependencies: Object.fromEntries(
      Object.entries(dependencies).map(([name, { latencyMs, reason, ...state }]) => [
        name,
        { ...state, latency_ms: latencyMs, ...(withReasons && { reason }) },
      ]),
    ),
  }
}

export function toAboutBody(about: About): z.input<typeof aboutBody> {
  return { ...about, dependencies: [...about.dependencies], durability: [...about.durability] }
}

/** The default route, for requests that match no route of the API. */
export const unrouted = defineRoute({
  operationId: 'answerUnrouted',
  method: 'ANY',
  path: '*',
  summary: 'Requests that match no route',
  tag: 'operations',
  access: 'public',
  success: { status: 404, description: 'Never sent: the response is a problem' },
  problems: ['route-not-found', 'method-not-allowed'],
})
