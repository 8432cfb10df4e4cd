import type { Clock } from '../clock'
import { NotFoundError } from '../errors'
import type { MessagePublisher } from '../message'
import type { AsyncChannel } from '../orders/order'
import type { Page } from '../products/product'
import { assertOpen, type DeadLetter, type DeadLetterQuery, type DeadLetterSummary } from './dead-letter'
import type { DeadLetterStore } from './dead-letter-store'
import { type ConsumedDeadLetter, replayOf, toDeadLetter } from './to-dead-letter'

export interface DeadLetterServiceParts {
  readonly store: DeadLetterStore
  /** Where the dead letters of each broker came from. */
  readonly origins: Readonly<Record<AsyncChannel, MessagePublisher>>
  readonly clock: Clock
}

/** Dead letters, for whoever looks after them. */
export class DeadLetterService {
  constructor(private readonly parts: DeadLetterServiceParts) {}

  /** Keeps what consumers took from the dead letters of a broker; what is kept already changes nothing. */
  async record(messages: readonly ConsumedDeadLetter[]): Promise<void> {
    const at = this.parts.clock()
    await this.parts.store.record(messages.map((message) => toDeadLetter(message, at)))
  }

  list(query: DeadLetterQuery): Promise<Page<DeadLetterSummary>> {
    return this.parts.store.list(query)
  }

  /** @throws {NotFoundError} */
  async get(id: string): Promise<DeadLetter> {
    const letter = await this.parts.store.find(id)
    if (!letter) throw new NotFoundError('dead letter', id)
    return letter
  }

  /**
   * Sends the message back where it came from, as it was: at least once, for it is marked only when the broker has it.
   * @returns the letter: replayed, or open when the message has failed again by now
   * @throws {DeadLetterSettledError} @throws {NotFoundError} @throws {UnavailableError} @throws {OverloadedError}
   */
  async replay(id: string, by: string): Promise<DeadLetter> {
    const letter = await this.get(id)
    assertOpen(letter)
    await this.parts.origins[letter.broker].publish(replayOf(letter))
    return this.parts.store.markReplayed({ id, failures: letter.failures, by, at: this.parts.clock() })
  }

  /** Gives the message up; what is known of it stays. @throws {DeadLetterSettledError} @throws {NotFoundError} */
  discard(id: string, by: string): Promise<void> {
    return this.parts.store.discard({ id, by, at: this.parts.clock() })
  }
}
