export { type About, describeService } from './about'
export * from './config'
export type { ConsumedMessage } from './consumers/consumed-message'
export {
  type BatchResult,
  type ConsumerHandler,
  type ConsumerStack,
  createConsumerStack,
} from './consumers/consumer-handler'
export { kafkaMessages } from './consumers/kafka-messages'
export { type RabbitMqEvent, rabbitMqMessages } from './consumers/rabbitmq-messages'
export type { Dependency, DependencyDescription } from './dependency'
export { CrossOriginPolicy } from './http/cross-origin'
export { type EntityTags, entityTags, failedPrecondition, type Preconditions } from './http/entity-tags'
export {
  MalformedJsonError,
  MethodNotAllowedError,
  PayloadTooLargeError,
  PreconditionFailedError,
  RouteNotFoundError,
  TooManyRequestsError,
  UnsupportedMediaTypeError,
} from './http/http-errors'
export { createHttpStack, type HttpStack } from './http/http-handler'
export { problemCodesOf, toOpenApi } from './http/openapi'
export { PROBLEMS, type ProblemCode } from './http/problem'
export { RateLimits } from './http/rate-limits'
export type { HttpHandler } from './http/route'
export { defineRoute, type Route, type RouteRequest, type RouteResponse } from './http/route'
export type { ApiExamples, ExamplesOfRoutes, ProblemExamples, RouteExamples } from './http/route-examples'
export { SecurityHeaders } from './http/security-headers'
export { ANYBODY, type Caller } from './identity/caller'
export { AuthenticationRequiredError, InsufficientScopeError, InvalidTokenError } from './identity/identity-errors'
export { LazyVerifier } from './identity/lazy-verifier'
export { ROLES, type Role, SCOPES, type Scope } from './identity/scopes'
export type { TokenVerifier } from './identity/token-verifier'
export { LogOutput, type LogOutputOptions } from './log-output'
export { createLogger, type Logger } from './logger'
export { METRICS } from './metrics/catalogue'
export { createMetrics } from './metrics/create-metrics'
export { type GaugeSource, MeasuredGauges, sample } from './metrics/measured-gauges'
export type { Counter, Histogram, Metrics } from './metrics/metrics'
export { observePlacement } from './metrics/observe-placement'
export { PrometheusMetrics } from './metrics/prometheus-metrics'
export { assertMayRun, isOpen } from './open-shop'
export { checkReadiness, type Readiness } from './readiness'
export { ReadinessLog } from './readiness-log'
export { createScheduleStack, type ScheduledHandler, type ScheduleStack } from './schedules/scheduled-handler'
export { LazyTracer } from './tracing/lazy-tracer'
export { logFieldsOf } from './tracing/log-fields'
export { type GroupCommitSpans, TracedGroupCommit } from './tracing/traced-group-commit'
export { type PublishedTo, TracedPublisher } from './tracing/traced-publisher'
export { z } from './zod'
