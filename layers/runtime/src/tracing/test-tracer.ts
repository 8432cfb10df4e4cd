import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor } from '@opentelemetry/sdk-trace'
import { OpenTelemetryTracer, type OpenTelemetryTracerOptions } from './open-telemetry-tracer'

/** Creates the real tracer with an exporter that keeps the spans in memory. */
export function createTestTracer(options: Partial<OpenTelemetryTracerOptions> = {}) {
  const exporter = new InMemorySpanExporter()
  const tracer = new OpenTelemetryTracer({
    serviceName: 'test',
    serviceVersion: '0',
    instanceId: 'one',
    sampledShare: 1,
    flushEachInvocation: false,
    flushWithinMs: 100,
    processor: new SimpleSpanProcessor({ exporter }),
    ...options,
  })
  return { tracer, spans: () => exporter.getFinishedSpans().map(toPlain) }
}

export const TRACES = ['a', 'b', 'c', 'd'].map((digit) => digit.repeat(32)) as [string, string, string, string]
export const SPAN = '1'.repeat(16)

/** Returns the context of a span of somebody else in a trace. */
export function contextIn(traceId: string, flags = '01') {
  return { traceparent: `00-${traceId}-${SPAN}-${flags}` }
}

function toPlain(span: ReadableSpan) {
  const { traceId, spanId } = span.spanContext()
  return {
    name: span.name,
    kind: span.kind,
    traceId,
    spanId,
    parent: span.parentSpanContext?.spanId,
    attributes: span.attributes,
    links: span.links.map(({ context }) => context.spanId),
    hasFailed: span.status.code === 2,
    said: JSON.stringify([span.status, span.events, span.attributes]),
  }
}
