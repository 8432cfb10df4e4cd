/** A position in a trace, in the form that W3C Trace Context defines for headers of requests and messages. */
export interface TraceContext {
  /** `00-{trace id}-{span id}-{flags}`. */
  readonly traceparent: string
  /** Additions of tracing vendors. */
  readonly tracestate?: string
}

/** The format of all versions so far. Ids of zeros and version ff are invalid. */
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/
/** Printable characters, up to the length that every system must propagate. */
const TRACESTATE = /^[\x20-\x7e]{1,512}$/

/** Reads the context from headers with lower-case names. Returns undefined for an invalid one. */
export function readTraceContext(headers: Readonly<Record<string, string | undefined>>): TraceContext | undefined {
  const { traceparent, tracestate } = headers
  if (traceparent === undefined || !TRACEPARENT.test(traceparent)) return undefined
  return tracestate !== undefined && TRACESTATE.test(tracestate) ? { traceparent, tracestate } : { traceparent }
}

export function traceIdOf({ traceparent }: TraceContext): string {
  return traceparent.slice(3, 35)
}

export function spanIdOf({ traceparent }: TraceContext): string {
  return traceparent.slice(36, 52)
}

const SAMPLED = 1

/** Whether the trace is recorded. The system that started it has decided that. */
export function isSampled({ traceparent }: TraceContext): boolean {
  return (Number.parseInt(traceparent.slice(53), 16) & SAMPLED) === SAMPLED
}
