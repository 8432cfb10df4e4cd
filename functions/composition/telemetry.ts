import { randomUUID } from 'node:crypto'
import type { MessagePublisher } from '@ecommerce/domain'
import {
  CrossOriginPolicy,
  createConsumerStack,
  createHttpStack,
  createLogger,
  createMetrics,
  createScheduleStack,
  LazyTracer,
  LazyVerifier,
  LogOutput,
  logFieldsOf,
  PrometheusMetrics,
  type PublishedTo,
  RateLimits,
  SecurityHeaders,
  type TokenVerifier,
  TracedPublisher,
} from '@ecommerce/runtime'
import { lifecycle } from './lifecycle'
import { clock, config, home } from './settings'

/**
 * The metrics that `/metrics` shows. Where METRICS is not `prometheus`, they have only the gauges that a scrape measures.
 */
export const prometheus = new PrometheusMetrics()

/** Where log lines go. Undefined on Lambda, where lines are written immediately. */
const output = home === 'lambda' ? undefined : new LogOutput({ onDropped: (lines) => droppedLines.add(lines) })

export const metrics = createMetrics(config.METRICS, home, {
  prometheus,
  emf: { namespace: 'ecommerce', clock, write: (line) => (output ?? process.stdout).write(`${line}\n`) },
})

const droppedLines = metrics.counter('ecommerce_log_lines_dropped_total', {})

/** Undefined where nothing is traced: then nothing below is wrapped. */
export const tracer =
  config.OTEL_EXPORTER_OTLP_ENDPOINT === undefined ? undefined : createTracer(config.OTEL_EXPORTER_OTLP_ENDPOINT)

export const logger = createLogger(config.LOG_LEVEL, output, tracer && logFieldsOf(tracer))

const stackParts = {
  logger,
  metrics,
  tracer,
  logSuccesses: { perSecond: config.LOG_SUCCESS_PER_SECOND, every: config.LOG_SUCCESS_EVERY },
}

export const crossOrigin = new CrossOriginPolicy(config.CORS_ORIGINS)

/** Undefined in an open shop: then anybody may use every route. */
export const tokens = config.AUTH_ISSUER === undefined ? undefined : createVerifier(config.AUTH_ISSUER)

export const http = createHttpStack({
  ...stackParts,
  crossOrigin,
  tokens,
  deadlineMs: config.REQUEST_DEADLINE_MS,
  // On Lambda, API Gateway limits requests: an environment sees only its own.
  rateLimits: home === 'lambda' ? undefined : new RateLimits(config),
  securityHeaders: new SecurityHeaders(config.HSTS_MAX_AGE_SECONDS),
})

export const consumer = createConsumerStack(stackParts)

export const scheduled = createScheduleStack(stackParts)

export function traced(publisher: MessagePublisher, to: PublishedTo): MessagePublisher {
  return tracer ? new TracedPublisher(publisher, tracer, to) : publisher
}

/** Loads the library for tokens only where an issuer is configured. */
function createVerifier(issuer: string): TokenVerifier {
  return new LazyVerifier(async () => {
    const { createTokenVerifier } = await import('@ecommerce/runtime/token-verifier')
    return createTokenVerifier({
      issuer,
      audiences: config.AUTH_AUDIENCE,
      userClaim: config.AUTH_USER_CLAIM,
      rolesClaim: config.AUTH_ROLES_CLAIM,
      scopePrefix: config.AUTH_SCOPE_PREFIX ?? '',
      clock,
      clockToleranceMs: config.AUTH_CLOCK_TOLERANCE_MS,
      onFailure: (error) => logger.warn({ err: error }, 'the keys of the identity provider cannot be refreshed'),
    })
  })
}

/** Loads OpenTelemetry only where a collector is configured. */
function createTracer(endpoint: string): LazyTracer {
  const otlpTracer = new LazyTracer(async () => {
    const [{ createOtlpTracer }, { API_INFO }] = await Promise.all([
      import('@ecommerce/runtime/open-telemetry'),
      import('../api-info'),
    ])
    return createOtlpTracer({
      endpoint,
      headers: config.OTEL_EXPORTER_OTLP_HEADERS,
      serviceName: config.OTEL_SERVICE_NAME,
      serviceVersion: API_INFO.version,
      instanceId: randomUUID(),
      sampledShare: config.OTEL_TRACES_SAMPLER_ARG,
      flushEachInvocation: home === 'lambda',
      onFailure: (error) => logger.warn({ err: error }, 'spans are lost: the collector does not accept them'),
    })
  })
  lifecycle.onClose('telemetry', () => otlpTracer.close())
  return otlpTracer
}
