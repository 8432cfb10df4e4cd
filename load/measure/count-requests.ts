import type { Sample } from '../load-plan'
import type { RequestCounts } from '../results'

type Mutable<T> = { -readonly [member in keyof T]: T[member] }

/** Counts requests one by one. */
export class RequestCounter {
  readonly #counts: Mutable<Omit<RequestCounts, 'refusals' | 'failures'>> = {
    offered: 0,
    accepted: 0,
    refused: 0,
    failed: 0,
    dropped: 0,
  }
  readonly #refusals: Record<string, number> = {}
  readonly #failures: Record<string, number> = {}

  add({ outcome, cause = 'unknown' }: Pick<Sample, 'outcome' | 'cause'>): void {
    this.#counts.offered += 1
    this.#counts[outcome] += 1
    if (outcome === 'refused') this.#refusals[cause] = (this.#refusals[cause] ?? 0) + 1
    if (outcome === 'failed') this.#failures[cause] = (this.#failures[cause] ?? 0) + 1
  }

  get counts(): RequestCounts {
    return { ...this.#counts, refusals: { ...this.#refusals }, failures: { ...this.#failures } }
  }
}

/** The sum of all counts. */
export function addCounts(all: readonly RequestCounts[]): RequestCounts {
  const sum = (member: 'offered' | 'accepted' | 'refused' | 'failed' | 'dropped') =>
    all.reduce((total, counts) => total + counts[member], 0)
  return {
    offered: sum('offered'),
    accepted: sum('accepted'),
    refused: sum('refused'),
    failed: sum('failed'),
    dropped: sum('dropped'),
    refusals: addRecords(all.map(({ refusals }) => refusals)),
    failures: addRecords(all.map(({ failures }) => failures)),
  }
}

function addRecords(records: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const total: Record<string, number> = {}
  for (const record of records) {
    for (const [name, count] of Object.entries(record)) total[name] = (total[name] ?? 0) + count
  }
  return total
}
