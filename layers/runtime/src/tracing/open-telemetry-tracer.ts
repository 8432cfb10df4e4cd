import { AsyncLocalStorage } from 'node:async_hooks'
import {
  isSampled,
  type SharedSpanStart,
  type SharingMember,
  type Span,
  type SpanStart,
  type TraceContext,
  type Tracer,
  withinTime,
} from '@ecommerce/domain'
import {
  type Tracer as ApiTracer,
  type Context,
  type Link,
  ROOT_CONTEXT,
  type SpanContext,
  SpanKind,
  TraceFlags,
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
  /** Distinguishes the processes of a service. */
  readonly instanceId: string
  /** The share of the traces beginning here that are recorded: 0 to 1. A continued trace keeps its own decision. */
  readonly sampledShare: number
  /** True for a process that may be frozen after each invocation. */
  readonly flushEachInvocation: boolean
  /** The longest time that a flush may delay the end of an invocation or of the process. */
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

/** The span of a trace that is not recorded. */
const UNRECORDED: Span = { context: undefined, set: () => undefined, fail: () => undefined }

/** A batch has at most one link per message. The SDK drops and counts the links beyond this limit. */
const MAX_LINKS = 1_000

/**
 * Records spans with the SDK of OpenTelemetry. It registers nothing globally: the current span is in a storage of its own,
 * so that other users of OpenTelemetry in the process are not affected.
 */
export class OpenTelemetryTracer implements Tracer {
  readonly #running = new AsyncLocalStorage<RunningSpan | undefined>()
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

  inSpan<Result>(start: SpanStart, work: (span: Span) => Promise<Result>): Promise<Result> {
    const parent = start.parent === undefined ? this.#running.getStore()?.spanContext : toSpanContext(start.parent)
    const isRecorded = parent === undefined ? start.mayBegin : (parent.traceFlags & TraceFlags.SAMPLED) !== 0
    if (!isRecorded) return this.#runUnrecorded(work)
    const span = this.#start(start, parent, start.links?.map(toSpanContext))
    return span.isRecording ? this.#run(span, [span], work) : this.#runUnrecorded(work)
  }

  inSharedSpan<Result>({ member, batch, members }: SharedSpanStart, work: () => Promise<Result>): Promise<Result> {
    const recorded = members.filter(({ context }) => context !== undefined && isSampled(context))
    const spans = recorded.map((one) => this.#startFor(one, member))
    const [first, ...others] = spans
    if (first === undefined) return this.#runUnrecorded(work)
    if (members.length === 1) return this.#run(first, [first], work)

    const shared = this.#start(
      { ...member, name: batch.name, attributes: { ...member.attributes, ...batch.attributes } },
      first.spanContext,
      others.map(({ spanContext }) => spanContext),
    )
    for (const other of others) other.linkTo(shared)
    return this.#run(shared, [shared, ...spans], work)
  }

  invocationEnded(): Promise<void> | undefined {
    const { flushEachInvocation, processor } = this.options
    return flushEachInvocation ? this.#flushInTime(processor.forceFlush()) : undefined
  }

  async close(): Promise<void> {
    await this.#flushInTime(this.#provider.shutdown())
  }

  #startFor(member: SharingMember, { attributes, ...start }: MemberStart): RunningSpan {
    const parent = member.context && toSpanContext(member.context)
    return this.#start({ ...start, attributes: { ...attributes, ...member.attributes } }, parent)
  }

  #start(start: Omit<SpanStart, 'parent' | 'links'>, parent?: SpanContext, linked?: SpanContext[]): RunningSpan {
    const context: Context = parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parent)
    const links = linked?.map((to): Link => ({ context: to })) ?? []
    const { name, kind, attributes = {} } = start
    return new RunningSpan(this.#tracer.startSpan(name, { kind: KINDS[kind], attributes, links }, context))
  }

  #run<Result>(
    running: RunningSpan,
    ending: readonly RunningSpan[],
    work: (span: Span) => Promise<Result>,
  ): Promise<Result> {
    return this.#ended(this.#running.run(running, work, running), ending)
  }

  /**
   * Only recorded spans use the storage. Once it is in use, Node before version 24 does more work for every promise of the
   * process.
   */
  #runUnrecorded<Result>(work: (span: Span) => Promise<Result>): Promise<Result> {
    if (this.#running.getStore() === undefined) return work(UNRECORDED)
    return this.#running.run(undefined, work, UNRECORDED)
  }

  async #ended<Result>(result: Promise<Result>, ending: readonly RunningSpan[]): Promise<Result> {
    try {
      return await result
    } catch (error) {
      for (const span of ending) span.fail(errorTypeOf(error))
      throw error
    } finally {
      for (const span of ending) span.end()
    }
  }

  /** The exporter reports an unavailable collector. It must not delay anybody. */
  async #flushInTime(work: Promise<void>): Promise<void> {
    const late = () => new Error('the collector did not respond in time')
    await withinTime(work, this.options.flushWithinMs, late).catch(() => undefined)
  }
}
