import { type Outcome, REQUEST_KINDS, type Sample } from '../load-plan'

export const OUTCOMES = ['accepted', 'refused', 'failed', 'dropped'] as const satisfies readonly Outcome[]

/** The samples of one thread, one column per member. Columns move between threads without a copy. */
export interface SampleColumns {
  readonly count: number
  readonly kinds: Uint8Array
  readonly outcomes: Uint8Array
  readonly dueUs: Float64Array
  /** When the generator started the request; equal to `dueUs` if timers were exact. */
  readonly startedUs: Float64Array
  readonly sentUs: Float64Array
  readonly doneUs: Float64Array
  /** 0 means no response. */
  readonly statuses: Uint16Array
  /** All order ids in Latin-1. The id of a sample ends at its `idEnds` and starts where the previous one ends. */
  readonly ids: Uint8Array
  readonly idEnds: Uint32Array
  /** Index into `causeNames` plus 1; 0 means no cause. */
  readonly causes: Uint8Array
  readonly causeNames: readonly string[]
}

/** The samples of all threads in no particular order: about 52 bytes each, and 36 more with an order id. */
export class Samples implements Iterable<Sample> {
  constructor(private readonly parts: readonly SampleColumns[]) {}

  get length(): number {
    return this.parts.reduce((sum, { count }) => sum + count, 0)
  }

  *[Symbol.iterator](): Iterator<Sample> {
    for (const part of this.parts) {
      for (let index = 0; index < part.count; index++) yield sampleAt(part, index)
    }
  }
}

function sampleAt(columns: SampleColumns, index: number): Sample {
  const orderId = orderIdAt(columns, index)
  const status = columns.statuses[index] ?? 0
  const cause = columns.causeNames[(columns.causes[index] ?? 0) - 1]
  return {
    kind: REQUEST_KINDS[columns.kinds[index] ?? 0] ?? 'order',
    dueUs: columns.dueUs[index] ?? 0,
    sentUs: columns.sentUs[index] ?? 0,
    doneUs: columns.doneUs[index] ?? 0,
    outcome: OUTCOMES[columns.outcomes[index] ?? 0] ?? 'failed',
    ...(status !== 0 && { status }),
    ...(orderId !== '' && { orderId }),
    ...(cause !== undefined && { cause }),
  }
}

/** Empty if the sample has no order id. */
export function orderIdAt({ ids, idEnds }: Pick<SampleColumns, 'ids' | 'idEnds'>, index: number): string {
  const start = index === 0 ? 0 : (idEnds[index - 1] ?? 0)
  const end = idEnds[index] ?? start
  return start === end ? '' : Buffer.from(ids.buffer, ids.byteOffset, ids.byteLength).toString('latin1', start, end)
}
