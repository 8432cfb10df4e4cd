import { type Span, type SpanAttributes, spanIdOf, type TraceContext, traceIdOf } from '@ecommerce/domain'
import { type Span as ApiSpan, createTraceState, type SpanContext, SpanStatusCode } from '@opentelemetry/api'

/** Adapts a span of OpenTelemetry to the port of the domain. */
export class RunningSpan implements Span {
  #context: TraceContext | undefined

  constructor(private readonly span: ApiSpan) {}

  get spanContext(): SpanContext {
    return this.span.spanContext()
  }

  get isRecording(): boolean {
    return this.span.isRecording()
  }

  get context(): TraceContext {
    this.#context ??= toTraceContext(this.spanContext)
    return this.#context
  }

  set(attributes: SpanAttributes): void {
    this.span.setAttributes(attributes)
  }

  fail(errorType: string): void {
    this.span.setAttribute('error.type', errorType)
    this.span.setStatus({ code: SpanStatusCode.ERROR })
  }

  linkTo(other: RunningSpan): void {
    this.span.addLink({ context: other.spanContext })
  }

  end(): void {
    this.span.end()
  }
}

/** Converts a context that arrived in headers, or that was kept in this process. */
export function toSpanContext(context: TraceContext): SpanContext {
  const { traceparent, tracestate } = context
  return {
    traceId: traceIdOf(context),
    spanId: spanIdOf(context),
    traceFlags: Number.parseInt(traceparent.slice(53), 16),
    isRemote: true,
    ...(tracestate !== undefined && { traceState: createTraceState(tracestate) }),
  }
}

function toTraceContext({ traceId, spanId, traceFlags, traceState }: SpanContext): TraceContext {
  const traceparent = `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`
  const tracestate = traceState?.serialize()
  return tracestate ? { traceparent, tracestate } : { traceparent }
}
