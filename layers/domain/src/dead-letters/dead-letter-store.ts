import type { Page } from '../products/product'
import type { DeadLetter, DeadLetterAction, DeadLetterCount, DeadLetterQuery, DeadLetterSummary } from './dead-letter'

export interface DeadLetterDeed extends Pick<DeadLetterAction, 'by' | 'at'> {
  readonly id: string
}

export interface DeadLetterReplay extends DeadLetterDeed {
  /** How often the message had failed when it was replayed. */
  readonly failures: number
}

/** Keeps dead letters and who did what about them. Every method throws `UnavailableError` when it can't be reached. */
export interface DeadLetterStore {
  /**
   * Records failures, all or none. Of a known letter only a failure beyond those counted is news: it opens the letter
   * again, with its cause; anything else is a repetition and changes nothing.
   */
  record(letters: readonly DeadLetter[]): Promise<void>
  find(id: string): Promise<DeadLetter | undefined>
  /** The one recorded last comes first. @throws {InvalidInputError} for a cursor that is not of this query */
  list(query: DeadLetterQuery): Promise<Page<DeadLetterSummary>>
  /** The letters that nobody has settled, for every broker, also where there are none. */
  countOpen(): Promise<DeadLetterCount>
  /**
   * Marks a letter whose message was replayed, unless it has failed again by now: then it stays open. The replay is on
   * record either way.
   * @throws {NotFoundError}
   */
  markReplayed(replay: DeadLetterReplay): Promise<DeadLetter>
  /** @throws {DeadLetterSettledError} @throws {NotFoundError} */
  discard(deed: DeadLetterDeed): Promise<void>
}
