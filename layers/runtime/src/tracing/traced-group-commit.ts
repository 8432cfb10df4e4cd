import {
  type CallLimits,
  GroupCommit,
  type GroupCommitOptions,
  type SharingMember,
  type SpanAttributes,
  type Tracer,
} from '@ecommerce/domain'

/** The names of the span of each item and of the span of a batch with several items. */
export interface GroupCommitSpans<Item> {
  readonly one: string
  readonly many: string
  readonly attributesOf: (item: Item) => SpanAttributes
}

interface TracedItem<Item> {
  readonly item: Item
  readonly member: SharingMember
}

/**
 * A group commit whose batches run in the traces of their items. Otherwise a batch would run in the trace of the caller
 * that happened to start the first one.
 */
export class TracedGroupCommit<Item, Result> {
  readonly #batches: GroupCommit<TracedItem<Item>, Result>

  /** @param run as that of `GroupCommit` */
  constructor(
    run: (items: Item[], limits: CallLimits) => Promise<readonly Result[]>,
    options: GroupCommitOptions,
    private readonly tracer: Tracer,
    private readonly spans: GroupCommitSpans<Item>,
  ) {
    const { one, many } = spans
    this.#batches = new GroupCommit(
      (batch, limits) =>
        tracer.inSharedSpan(
          {
            member: { name: one, kind: 'internal' },
            batch: { name: many, attributes: { 'ecommerce.batch.size': batch.length } },
            members: batch.map(({ member }) => member),
          },
          () =>
            run(
              batch.map(({ item }) => item),
              limits,
            ),
        ),
      options,
    )
  }

  get busyPeriod(): number | undefined {
    return this.#batches.busyPeriod
  }

  submit(item: Item, limits?: CallLimits): Promise<Result> {
    const { tracer, spans } = this
    const { current: context } = tracer
    const member = context ? { context, attributes: spans.attributesOf(item) } : {}
    return this.#batches.submit({ item, member }, limits)
  }
}
