import type { SharedSpanStart, Span, SpanAttributes, SpanStart, TraceContext, Tracer } from '@ecommerce/domain'

/** Keeps the started spans and their attributes. All spans belong to one trace, or there is no trace. */
export class FakeTracer implements Tracer {
  current: TraceContext | undefined = { traceparent: `00-${'a'.repeat(32)}-${'1'.repeat(16)}-01` }
  readonly started: SpanStart[] = []
  readonly reported: SpanAttributes[] = []

  async inSpan<Result>(start: SpanStart, work: (span: Span) => Promise<Result>): Promise<Result> {
    this.started.push(start)
    return work({
      context: this.current,
      set: (attributes) => this.reported.push(attributes),
      fail: (errorType) => this.reported.push({ 'error.type': errorType }),
    })
  }

  inSharedSpan<Result>({ member }: SharedSpanStart, work: () => Promise<Result>): Promise<Result> {
    return this.inSpan(member, work)
  }

  invocationEnded(): undefined {}

  async close(): Promise<void> {}
}
