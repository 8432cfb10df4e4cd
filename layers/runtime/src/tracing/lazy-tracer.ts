import type { SharedSpanStart, Span, SpanStart, TraceContext, Tracer } from '@ecommerce/domain'

/**
 * A tracer whose libraries are loaded only where tracing is on, while the process continues to start. Traced work waits
 * until they are loaded.
 */
export class LazyTracer implements Tracer {
  #tracer: Tracer | undefined
  readonly #loading: Promise<Tracer>

  constructor(load: () => Promise<Tracer>) {
    this.#loading = load().then((tracer) => {
      this.#tracer = tracer
      return tracer
    })
  }

  get current(): TraceContext | undefined {
    return this.#tracer?.current
  }

  inSpan<Result>(start: SpanStart, work: (span: Span) => Promise<Result>): Promise<Result> {
    return this.#tracer ? this.#tracer.inSpan(start, work) : this.#loading.then((tracer) => tracer.inSpan(start, work))
  }

  inSharedSpan<Result>(start: SharedSpanStart, work: () => Promise<Result>): Promise<Result> {
    if (this.#tracer) return this.#tracer.inSharedSpan(start, work)
    return this.#loading.then((tracer) => tracer.inSharedSpan(start, work))
  }

  invocationEnded(): Promise<void> | undefined {
    return this.#tracer?.invocationEnded()
  }

  async close(): Promise<void> {
    await (await this.#loading).close()
  }
}
