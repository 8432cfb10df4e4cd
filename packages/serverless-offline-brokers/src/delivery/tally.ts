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

/** What has happened in a mapping so far, over all connections. */
export interface Tally {
  /** A batch goes to the function; call what is returned when it is settled, given up or left for redelivery. */
  batchStarted(records: number): () => void
  filtered(): void
  failed(error: unknown): void
  retried(): void
  discarded(records: number, why: string): void
  /** Something other than the function went wrong; whoever calls this has an answer to it. */
  troubled(error: unknown): void
  counts(): Counts
}

export function createTally({ log, clock }: Pick<PollerParts, 'log' | 'clock'>, name: string): Tally {
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

  function troubled(error: unknown): void {
    const message = messageOf(error)
    // A broker that is away says the same at every try.
    if (message !== lastError?.message) log.warning(`${name}: ${message}`)
    lastError = { message, at: new Date(clock()).toISOString() }
  }

  return {
    batchStarted(records) {
      counts.batches += 1
      counts.records += records
      counts.inFlightBatches += 1
      counts.inFlightRecords += records
      let isOver = false
      return () => {
        if (isOver) return
        isOver = true
        counts.inFlightBatches -= 1
        counts.inFlightRecords -= records
      }
    },
    filtered: () => {
      counts.filteredRecords += 1
    },
    failed(error) {
      counts.failures += 1
      troubled(error)
    },
    retried: () => {
      counts.retries += 1
    },
    discarded(records, why) {
      counts.discardedRecords += records
      log.warning(`${name}: discarded ${records === 1 ? '1 record' : `${records} records`}: ${why}`)
    },
    troubled,
    counts: () => ({ ...counts, ...(lastError && { lastError }) }),
  }
}

export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error instanceof AggregateError && error.message === '') return error.errors.map(messageOf).join('; ')
  return error.message || error.name
}
