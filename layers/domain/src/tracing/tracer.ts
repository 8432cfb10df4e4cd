import type { TraceContext } from './trace-context'

export type SpanAttributes = Readonly<Record<string, string | number | boolean | string[]>>

/** A running operation of a trace. */
export interface Span {
  /** Undefined when the span is not recorded. Then attributes need not be set. */
  readonly context: TraceContext | undefined
  /** Adds attributes. They must not contain customer data, such as bodies or values of SQL statements. */
  set(attributes: SpanAttributes): void
  /** @param errorType a stable name: an error code or a class name */
  fail(errorType: string): void
}

export interface SpanStart {
  readonly name: string
  readonly kind: 'server' | 'client' | 'producer' | 'consumer' | 'internal'
  readonly attributes?: SpanAttributes
  /** Default: the current span of the caller. */
  readonly parent?: TraceContext | undefined
  /** Starts a new trace when there is no parent. Without it, there is no span in that case. */
  readonly mayBegin?: true
  readonly links?: readonly TraceContext[]
}

/** One operation that is part of several traces, such as a batch. */
export interface SharedSpanStart {
  /** The span of each member, in the trace of the member. It takes as long as the work. */
  readonly member: Pick<SpanStart, 'name' | 'kind' | 'attributes'>
  /**
   * The span of the work itself, if there are several members. It is in the trace of the first, with links to the
   * others.
   */
  readonly batch: Pick<SpanStart, 'name' | 'attributes'>
  readonly members: readonly SharingMember[]
}

export interface SharingMember {
  readonly context?: TraceContext | undefined
  readonly attributes?: SpanAttributes
}

/**
 * Records operations as spans of traces. Without tracing there is no tracer: code that uses one accepts `undefined`
 * too, and then does not wrap, measure or allocate anything.
 */
export interface Tracer {
  /** The context of the current span of the caller, if it is recorded. */
  readonly current: TraceContext | undefined
  /**
   * Runs the work in a span. The span ends with the work, and fails when the work rejects. If the trace is not
   * recorded, only the work runs.
   */
  inSpan<Result>(start: SpanStart, work: (span: Span) => Promise<Result>): Promise<Result>
  inSharedSpan<Result>(start: SharedSpanStart, work: () => Promise<Result>): Promise<Result>
  /**
   * Must be called at the end of each invocation. If the process may be frozen now, the recorded spans are sent first.
   */
  invocationEnded(): Promise<void> | undefined
  /** Stops recording, and sends the recorded spans within a bounded time. Never rejects. */
  close(): Promise<void>
}
