export { z } from 'zod'
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
export { MethodNotAllowedError, RouteNotFoundError } from './http/http-errors'
export { createHttpStack, type HttpHandler, type HttpStack } from './http/http-handler'
export { toOpenApi } from './http/openapi'
export { PROBLEMS, type ProblemCode } from './http/problem'
export { defineRoute, type Route, type RouteRequest, type RouteResponse } from './http/route'
export { createLogger, type Logger } from './logger'
export { METRICS } from './metrics/catalogue'
export { createMetrics } from './metrics/create-metrics'
export { type GaugeSource, MeasuredGauges, sample } from './metrics/measured-gauges'
export type { Counter, Histogram, Metrics } from './metrics/metrics'
export { observePlacement } from './metrics/observe-placement'
export { PrometheusMetrics } from './metrics/prometheus-metrics'
export { checkReadiness, type Readiness } from './readiness'
export { createScheduleStack, type ScheduledHandler, type ScheduleStack } from './schedules/scheduled-handler'
