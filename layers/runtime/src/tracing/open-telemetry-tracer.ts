import { AsyncLocalStorage } from 'node:async_hooks'
import {
  isSampled,
  type SharedSpanStart,
  type SharingMember,
  type Span,
  type SpanStart,
  type TraceContext,
  type Tracer,
} from '@ecommerce/domain'
import {
  type Tracer as ApiTracer,
  type Context,
  type Link,
  ROOT_CONTEXT,
  type SpanContext,
  SpanKind,
  trace,
} from '@opentelemetry/api'
import { resourceFromAttributes } from '@opentelemetry/resources'
import {
  ParentBasedSampler,
  type SpanProcessor,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace'
import { errorTypeOf } from './error-type'
import { RunningSpan, toSpanContext } from './running-span'

export interface OpenTelemetryTracerOptions {
  readonly serviceName: string
  readonly serviceVersion: string
  /** Tells the processes of a service apart. */
  readonly instanceId: string
  /** Of the traces that begin here, so many are recorded: 0 to 1. Who continues a trace does as it says. */
  readonly sampledShare: number
  /** For a process that may be frozen after each invocation. */
  readonly flushEachInvocation: boolean
  /** What an invocation waits for that at most, and the end of the process. */
  readonly flushWithinMs: number
  readonly processor: SpanProcessor
}

type MemberStart = SharedSpanStart['member']

const KINDS = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
  internal: SpanKind.INTERNAL,
}

/** A batch has as many as it has messages at most; what exceeds this is dropped, and counted by the SDK. */
const MAX_LINKS = 1_000

/**
 * Records spans with OpenTelemetry's SDK. It registers nothing globally: the span that runs is in a storage of its own, so
 * other users of OpenTelemetry in the process are left alone.
 */
export class OpenTelemetryTracer implements Tracer {
  readonly #running = new AsyncLocalStorage<RunningSpan>()
  readonly #provider: TracerProvider
  readonly #tracer: ApiTracer

  constructor(private readonly options: OpenTelemetryTracerOptions) {
    this.#provider = new TracerProvider({
      resource: resourceFromAttributes({
        'service.name': options.serviceName,
        'service.version': options.serviceVersion,
        'service.instance.id': options.instanceId,
      }),
      sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(options.sampledShare) }),
      spanLimits: { linkCountLimit: MAX_LINKS },
      spanProcessors: [options.processor],
    })
    this.#tracer = this.#provider.getTracer('@ecommerce/runtime')
  }

  get current(): TraceContext | undefined {
    return this.#running.getStore()?.context
  }

  get isRecording(): boolean {
    return this.#running.getStore()?.isRecording ?? false
  }

  inSpan<Result>(start: SpanStart, work: (span: Span) => Promise<Result>): Promise<Result> {
    const parent = start.parent === undefined ? this.#running.getStore()?.spanContext : toSpanContext(start.parent)
    const span = this.#start(start, parent, start.links?.map(toSpanContext))
    return this.#run(span, [span], work)
  }

  async inSharedSpan<Result>(
    { member, batch, members }: SharedSpanStart,
    work: () => Promise<Result>,
  ): Promise<Result> {
    const [only, ...more] = members
    if (more.length === 0) return this.#inSpanOf(only, member, work)

    const whole = { ...member, name: batch.name, attributes: { ...member.attributes, ...batch.attributes } }
    const sampled = members.filter(({ context }) => context !== undefined && isSampled(context))
    // Where nobody records, the batch does as the first that knows: a trace is whole, or not there.
    if (sampled.length === 0) return this.#inSpanOf({ context: members.find(hasContext)?.context }, whole, work)

    const spans = sampled.map((one) => this.#startFor(one, member))
    const [first, ...others] = spans
    const shared = this.#start(
      whole,
      first?.spanContext,
      others.map(({ spanContext }) => spanContext),
    )
    for (const other of others) other.linkTo(shared)
    return this.#run(shared, [shared, ...spans], work)
  }

  async invocationEnded(): Promise<void> {
    if (this.options.flushEachInvocation) await this.#withinTime(this.options.processor.forceFlush())
  }

  async close(): Promise<void> {
    await this.#withinTime(this.#provider.shutdown())
  }

  #inSpanOf<Result>(
    member: SharingMember | undefined,
    start: MemberStart,
    work: () => Promise<Result>,
  ): Promise<Result> {
    const span = this.#startFor(member, start)
    return this.#run(span, [span], work)
  }

  #startFor(member: SharingMember | undefined, { attributes, ...start }: MemberStart): RunningSpan {
    const parent = member?.context && toSpanContext(member.context)
    return this.#start({ ...start, attributes: { ...attributes, ...member?.attributes } }, parent)
  }

  #start(start: Omit<SpanStart, 'parent' | 'links'>, parent?: SpanContext, linked?: SpanContext[]): RunningSpan {
    const context: Context = parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parent)
    const links = linked?.map((to): Link => ({ context: to })) ?? []
    const { name, kind, attributes = {} } = start
    return new RunningSpan(this.#tracer.startSpan(name, { kind: KINDS[kind], attributes, links }, context))
  }

  async #run<Result>(
    running: RunningSpan,
    ending: readonly RunningSpan[],
    work: (span: Span) => Promise<Result>,
  ): Promise<Result> {
    try {
      return await this.#running.run(running, work, running)
    } catch (error) {
      for (const span of ending) span.fail(errorTypeOf(error))
      throw error
    } finally {
      for (const span of ending) span.end()
    }
  }

  /** A collector that is away is told of by the exporter; it holds nobody up. */
  async #withinTime(work: Promise<void>): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const tooLate = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.options.flushWithinMs)
    })
    await Promise.race([work.catch(() => undefined), tooLate])
    clearTimeout(timer)
  }
}

function hasContext({ context }: SharingMember): boolean {
  return context !== undefined
}
