export interface DeliveryPolicy {
  readonly bisectOnError: boolean
  /** Not counting the first try; -1: until success or expiry. */
  readonly maximumRetryAttempts: number
  /** -1: records do not expire. */
  readonly maximumRecordAgeMs: number
}

export type DiscardReason = 'retries exhausted' | 'record age exceeded' | 'payload too large'

export interface Discard<R> {
  readonly records: readonly R[]
  readonly reason: DiscardReason
  /** How often the function was invoked with these records. */
  readonly invocations: number
}

/**
 * The result of a try: all records done, some failed (the function named them), the whole try failed, or the function was
 * not invoked because of the halt.
 */
export type TryResult<R> =
  | { readonly kind: 'done' }
  | { readonly kind: 'some failed'; readonly failed: readonly R[] }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'not invoked' }

/** A try that failed, at least for these records. */
export interface FailedTry<R> {
  readonly records: readonly R[]
  readonly error: unknown
  /** 1 for the first try. */
  readonly tries: number
  readonly next: 'retry' | 'retry in halves' | 'give up'
}

export interface DeliverySteps<R> {
  /** One invocation; does not reject. */
  tryOnce(records: readonly R[], isRetry: boolean): Promise<TryResult<R>>
  failed(failure: FailedTry<R>): void
  /** The records were done after tries that failed. */
  recovered(records: readonly R[], tries: number): void
  /** Gives records up. Resolves to false when it could not finish before the halt. */
  discard(discard: Discard<R>): Promise<boolean>
  /** Called after each try with the records that are still unfinished, in order within each piece. */
  settled(outstanding: readonly R[]): Promise<void>
  /** Waits before a piece with this number of failures is tried again. Resolves immediately on halt. */
  backOff(failures: number): Promise<void>
  ageMs(record: R): number
  /** Once aborted, no further try starts. A running try is settled when it ends. */
  readonly halt: AbortSignal
}

/** Records that are tried together. */
interface Piece<R> {
  readonly records: readonly R[]
  readonly invocations: number
  /** Tries that count against the limit. A split counts as none: each half keeps what is left of the limit. */
  readonly retries: number
}

/**
 * Delivers a batch until each record is done or discarded, or until it is halted. One piece at a time is with the
 * function. A failed piece is retried before the next piece is tried, so first tries keep the order of the batch.
 */
export async function deliverBatch<R>(
  batch: readonly R[],
  policy: DeliveryPolicy,
  steps: DeliverySteps<R>,
): Promise<void> {
  const pieces: Piece<R>[] = [{ records: batch, invocations: 0, retries: 0 }]
  for (let piece = pieces.shift(); piece !== undefined && !steps.halt.aborted; piece = pieces.shift()) {
    const left = await deliverPiece(piece, policy, steps)
    pieces.unshift(...left)
    await steps.settled(pieces.flatMap(({ records }) => records))
    const [failed] = left
    if (failed !== undefined) await steps.backOff(failed.invocations)
  }
}

/** Tries a piece once. Returns the pieces that are left to try. */
async function deliverPiece<R>(
  piece: Piece<R>,
  policy: DeliveryPolicy,
  steps: DeliverySteps<R>,
): Promise<readonly Piece<R>[]> {
  const { invocations, retries } = piece
  const [fresh, expired] = splitByAge(piece.records, policy, steps)
  if (expired.length > 0) {
    const isDiscarded = await steps.discard({ records: expired, reason: 'record age exceeded', invocations })
    if (!isDiscarded) return [piece]
  }
  if (fresh.length === 0) return []

  const result = await steps.tryOnce(fresh, invocations > 0)
  if (result.kind === 'not invoked') return [{ ...piece, records: fresh }]
  const tries = invocations + 1
  if (result.kind === 'done') {
    if (invocations > 0) steps.recovered(fresh, tries)
    return []
  }

  const failed = { records: result.kind === 'failed' ? fresh : result.failed, invocations: tries, retries }
  const isSplit = result.kind === 'failed' && policy.bisectOnError && fresh.length > 1
  const isRetried = policy.maximumRetryAttempts < 0 || retries < policy.maximumRetryAttempts
  const next = isSplit ? 'retry in halves' : isRetried ? 'retry' : 'give up'
  const error = result.kind === 'failed' ? result.error : new Error(`${result.failed.length} batch items failed`)
  steps.failed({ records: failed.records, error, tries, next })
  if (isSplit) return halves(failed)
  if (isRetried) return [{ ...failed, retries: retries + 1 }]
  const { records } = failed
  const isDiscarded = await steps.discard({ records, reason: 'retries exhausted', invocations: tries })
  return isDiscarded ? [] : [failed]
}

function splitByAge<R>(
  records: readonly R[],
  { maximumRecordAgeMs }: DeliveryPolicy,
  steps: DeliverySteps<R>,
): readonly [fresh: readonly R[], expired: readonly R[]] {
  if (maximumRecordAgeMs < 0) return [records, []]
  const isExpired = (record: R) => steps.ageMs(record) > maximumRecordAgeMs
  return [records.filter((record) => !isExpired(record)), records.filter(isExpired)]
}

function halves<R>({ records, ...rest }: Piece<R>): readonly Piece<R>[] {
  const middle = Math.ceil(records.length / 2)
  return [
    { ...rest, records: records.slice(0, middle) },
    { ...rest, records: records.slice(middle) },
  ]
}
