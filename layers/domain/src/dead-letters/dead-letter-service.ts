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
  /** Publishers to the topic or queue that the dead letters of each broker came from. */
  readonly origins: Readonly<Record<AsyncChannel, MessagePublisher>>
  readonly clock: Clock
}

/** The operations on dead letters: record, list, replay and discard. */
export class DeadLetterService {
  constructor(private readonly parts: DeadLetterServiceParts) {}

  /** Records messages that were consumed from the dead letters of a broker. A repeated delivery changes nothing. */
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
   * Publishes the message again to its origin, unchanged. It is marked as replayed only after the broker has confirmed
   * it, so a crash in between can lead to a second replay: the message is published at least once.
   * @returns the dead letter: replayed, or open if the message has already failed again
   * @throws {DeadLetterSettledError} @throws {NotFoundError} @throws {UnavailableError} @throws {OverloadedError}
   */
  async replay(id: string, by: string, actedBy?: string): Promise<DeadLetter> {
    const letter = await this.get(id)
    assertOpen(letter)
    await this.parts.origins[letter.broker].publish(replayOf(letter))
    return this.parts.store.markReplayed({ id, failures: letter.failures, by, actedBy, at: this.parts.clock() })
  }

  /** Gives the message up. Its record is kept. @throws {DeadLetterSettledError} @throws {NotFoundError} */
  discard(id: string, by: string, actedBy?: string): Promise<void> {
    return this.parts.store.discard({ id, by, actedBy, at: this.parts.clock() })
  }
}
