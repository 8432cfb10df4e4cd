/** Where in which trace something happens, as W3C Trace Context writes it in the headers of requests and messages. */
export interface TraceContext {
  /** `00-{trace id}-{span id}-{flags}`. */
  readonly traceparent: string
  /** What vendors add to it. */
  readonly tracestate?: string
}

/** Every version so far begins like this; ids of zeros and version ff are invalid. */
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/
/** Printable, and no longer than everybody has to pass on. */
const TRACESTATE = /^[\x20-\x7e]{1,512}$/

/** The context that headers of lower-case names carry; one that is not valid counts as none. */
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

/** Whether whoever began the trace has decided to record it. */
export function isSampled({ traceparent }: TraceContext): boolean {
  return (Number.parseInt(traceparent.slice(53), 16) & SAMPLED) === SAMPLED
}
