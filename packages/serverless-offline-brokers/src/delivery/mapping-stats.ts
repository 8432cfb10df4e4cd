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

/** Counts of one mapping since the start, over all its connections. */
export interface MappingStats {
  /** Counts a batch that goes to the function. Call the returned function when the batch is no longer in flight. */
  batchStarted(records: number): () => void
  countFiltered(): void
  countFailure(error: unknown): void
  countRetry(): void
  countDiscarded(records: number, why: string): void
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
    countFailure(error) {
      counts.failures += 1
      reportError(error)
    },
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

export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error instanceof AggregateError && error.message === '') return error.errors.map(messageOf).join('; ')
  return error.message || error.name
}
