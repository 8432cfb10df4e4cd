import { spanIdOf, type Tracer, traceIdOf } from '@ecommerce/domain'

/** Returns the log fields of the current span, under the names of OpenTelemetry. */
export function logFieldsOf(tracer: Pick<Tracer, 'current'>): () => object {
  return () => {
    const { current } = tracer
    return current === undefined ? {} : { trace_id: traceIdOf(current), span_id: spanIdOf(current) }
  }
}
