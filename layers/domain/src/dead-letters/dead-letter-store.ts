import type { CallLimits } from '../call-limits'
import type { Page } from '../products/product'
import type { DeadLetter, DeadLetterAction, DeadLetterCount, DeadLetterQuery, DeadLetterSummary } from './dead-letter'

export interface DeadLetterDiscard extends Pick<DeadLetterAction, 'by' | 'at' | 'actedBy'> {
  readonly id: string
}

export interface DeadLetterReplay extends DeadLetterDiscard {
  /** The number of failures before the replay. */
  readonly failures: number
}

/**
 * Stores dead letters and the actions on them. Every method throws `UnavailableError` when the store is unavailable, or the
 * deadline has passed.
 */
export interface DeadLetterStore {
  /**
   * Records failures atomically. A failure of a known dead letter counts only if its number of failures is higher than
   * the recorded one: then the dead letter is open again, with the new cause. Otherwise it is a repeated delivery and
   * changes nothing.
   */
  record(letters: readonly DeadLetter[], options?: CallLimits): Promise<void>
  find(id: string, options?: CallLimits): Promise<DeadLetter | undefined>
  /** The last recorded one comes first. @throws {InvalidInputError} for a cursor of another query */
  list(query: DeadLetterQuery, options?: CallLimits): Promise<Page<DeadLetterSummary>>
  /** The number of open dead letters of each broker. */
  countOpen(options?: CallLimits): Promise<DeadLetterCount>
  /**
   * Marks a dead letter as replayed. If the message has already failed again, the dead letter stays open. The action is
   * recorded in both cases.
   * @throws {NotFoundError}
   */
  markReplayed(replay: DeadLetterReplay, options?: CallLimits): Promise<DeadLetter>
  /** @throws {DeadLetterSettledError} @throws {NotFoundError} */
  discard(discard: DeadLetterDiscard, options?: CallLimits): Promise<void>
}
