import type { MappingState, PollerParts } from '../event-source-mapping'

type Counts = Pick<
  MappingState,
  | 'inFlightBatches'
  | 'inFlightRecords'
  | 'batches'
  | 'records'
  | 'filteredRecords'
  | 'failures'
  | 'retries'
  | 'discardedRecords'
  | 'lastError'
>

/** A failed invocation, in words for the person who runs the service. */
export interface Failure {
  readonly error: unknown
  /** Such as `orders-0, offsets 5 to 9`. */
  readonly records: string
  /** 1 for the first try. */
  readonly tries: number
  /** Such as `next try in 500 ms`. */
  readonly next: string
}

/** Counts of one mapping since the start, over all its connections. */
export interface MappingStats {
  /** Counts a batch that goes to the function. Call the returned function when the batch is no longer in flight. */
  batchStarted(records: number): () => void
  countFiltered(): void
  countFailure(failure: Failure): void
  countRetry(): void
  countDiscarded(records: number, why: string): void
  /** The records were processed after tries that failed. */
  reportRecovery(records: string, tries: number): void
  /** Reports a message or record that is delivered, but not as it was sent. */
  reportProblem(problem: string): void
  /** Reports an error outside of the function. The caller handles it. */
  reportError(error: unknown): void
  snapshot(): Counts
}

export function createMappingStats({ log, clock }: Pick<PollerParts, 'log' | 'clock'>, name: string): MappingStats {
  const counts = {
    inFlightBatches: 0,
    inFlightRecords: 0,
    batches: 0,
    records: 0,
    filteredRecords: 0,
    failures: 0,
    retries: 0,
    discardedRecords: 0,
  }
  let lastError: MappingState['lastError']

  function reportError(error: unknown): void {
    const message = messageOf(error)
    // Every attempt to reach a broker that is down ends with the same message: log it once.
    if (message !== lastError?.message) log.warning(`${name}: ${message}`)
    lastError = { message, at: new Date(clock()).toISOString() }
  }

  function batchStarted(records: number): () => void {
    counts.batches += 1
    counts.records += records
    counts.inFlightBatches += 1
    counts.inFlightRecords += records
    let isInFlight = true
    return () => {
      if (!isInFlight) return
      isInFlight = false
      counts.inFlightBatches -= 1
      counts.inFlightRecords -= records
    }
  }

  return {
    batchStarted,
    countFiltered: () => {
      counts.filteredRecords += 1
    },
    countFailure({ error, records, tries, next }) {
      counts.failures += 1
      const message = messageOf(error)
      // The stack of every try would hide what is new.
      const stack = message === lastError?.message ? undefined : stackOf(error)
      log.warning(
        `${name}: try ${tries} of ${records} failed: ${message}; ${next}${stack === undefined ? '' : `\n${stack}`}`,
      )
      lastError = { message, at: new Date(clock()).toISOString() }
    },
    reportRecovery: (records, tries) => log.info(`${name}: try ${tries} of ${records} succeeded`),
    reportProblem: (problem) => log.warning(`${name}: ${problem}`),
    countRetry: () => {
      counts.retries += 1
    },
    countDiscarded(records, why) {
      counts.discardedRecords += records
      log.warning(`${name}: discarded ${records === 1 ? '1 record' : `${records} records`}: ${why}`)
    },
    reportError,
    snapshot: () => ({ ...counts, ...(lastError && { lastError }) }),
  }
}

/** The stack of what the function threw. */
function stackOf(error: unknown): string | undefined {
  return error instanceof Error && error.cause instanceof Error ? error.cause.stack : undefined
}

export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error instanceof AggregateError && error.message === '') return error.errors.map(messageOf).join('; ')
  return error.message || error.name
}
