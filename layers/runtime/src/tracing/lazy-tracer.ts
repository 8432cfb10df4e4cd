import type { SharedSpanStart, Span, SpanStart, TraceContext, Tracer } from '@ecommerce/domain'

/**
 * A tracer whose libraries are loaded only where something is traced, while the process goes on starting. What happens
 * before they are there waits for them.
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

  get isRecording(): boolean {
    return this.#tracer?.isRecording ?? false
  }

  async inSpan<Result>(start: SpanStart, work: (span: Span) => Promise<Result>): Promise<Result> {
    return (this.#tracer ?? (await this.#loading)).inSpan(start, work)
  }

  async inSharedSpan<Result>(start: SharedSpanStart, work: () => Promise<Result>): Promise<Result> {
    return (this.#tracer ?? (await this.#loading)).inSharedSpan(start, work)
  }

  async invocationEnded(): Promise<void> {
    await (await this.#loading).invocationEnded()
  }

  async close(): Promise<void> {
    await (await this.#loading).close()
  }
}
