import type { TraceContext } from './trace-context'

export type SpanAttributes = Readonly<Record<string, string | number | boolean | string[]>>

/** A part of a trace that is under way. */
export interface Span {
  /** None when it is not recorded: then nothing has to be said of it either. */
  readonly context: TraceContext | undefined
  /** Adds to the attributes it began with. Never a body, a value of a statement, or anything else of a customer's. */
  set(attributes: SpanAttributes): void
  /** @param errorType stable: a code, or the name of a class */
  fail(errorType: string): void
}

export interface SpanStart {
  readonly name: string
  readonly kind: 'server' | 'client' | 'producer' | 'consumer' | 'internal'
  readonly attributes?: SpanAttributes
  /** Default: the span that the caller runs in. */
  readonly parent?: TraceContext | undefined
  /** Whether a trace may begin here when there is none. Elsewhere there is no span then. */
  readonly mayBegin?: true
  readonly links?: readonly TraceContext[]
}

/** Work done once for several traces, such as a batch. */
export interface SharedSpanStart {
  /** The span of each member, in its own trace, for as long as the work takes. */
  readonly member: Pick<SpanStart, 'name' | 'kind' | 'attributes'>
  /** The span of the work itself, where there are several members: in the trace of the first, linked with the others. */
  readonly batch: Pick<SpanStart, 'name' | 'attributes'>
  readonly members: readonly SharingMember[]
}

export interface SharingMember {
  readonly context?: TraceContext | undefined
  readonly attributes?: SpanAttributes
}

/**
 * Records what happens as spans of traces. There is no tracer where nothing is traced: whoever takes one takes
 * `undefined` too, and then does not wrap, measure or allocate anything.
 */
export interface Tracer {
  /** Of the recorded span that the caller runs in. */
  readonly current: TraceContext | undefined
  /**
   * Runs the work in a span, which ends with it, and has failed when it rejects. In a trace that is not recorded the work
   * runs, and that is all.
   */
  inSpan<Result>(start: SpanStart, work: (span: Span) => Promise<Result>): Promise<Result>
  inSharedSpan<Result>(start: SharedSpanStart, work: () => Promise<Result>): Promise<Result>
  /** Called at the end of each invocation: a process that is frozen now sends what it has recorded, others later. */
  invocationEnded(): Promise<void> | undefined
  /** Sends what is recorded, within a bounded time, and records no more. Never rejects. */
  close(): Promise<void>
}
