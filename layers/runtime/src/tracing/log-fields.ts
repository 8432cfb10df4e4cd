import { spanIdOf, type Tracer, traceIdOf } from '@ecommerce/domain'

/** What every line of the log has that is written within a span, under OpenTelemetry's names. */
export function logFieldsOf(tracer: Pick<Tracer, 'current'>): () => object {
  return () => {
    const { current } = tracer
    return current === undefined ? {} : { trace_id: traceIdOf(current), span_id: spanIdOf(current) }
  }
}
