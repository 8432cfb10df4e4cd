import {
  assertOpen,
  type DeadLetter,
  type DeadLetterCount,
  type DeadLetterDiscard,
  type DeadLetterQuery,
  type DeadLetterReplay,
  type DeadLetterStore,
  type DeadLetterSummary,
  NotFoundError,
  type Page,
} from '@ecommerce/domain'
import { NEWEST_FIRST, pageOf } from './fake-page'

/** A dead letter store in memory. */
export class FakeDeadLetterStore implements DeadLetterStore {
  /** In the order of their first failures. */
  readonly letters = new Map<string, DeadLetter>()

  async record(letters: readonly DeadLetter[]): Promise<void> {
    for (const letter of letters) this.#record(letter)
  }

  async find(id: string): Promise<DeadLetter | undefined> {
    return this.letters.get(id)
  }

  async list(query: DeadLetterQuery): Promise<Page<DeadLetterSummary>> {
    const { status, broker, cause } = query
    const lastFirst = [...this.letters.values()].map((letter, seq) => ({ letter, seq })).reverse()
    const found = lastFirst.filter(
      ({ letter }) =>
        (status === undefined || letter.status === status) &&
        (broker === undefined || letter.broker === broker) &&
        (cause === undefined || letter.cause.code === cause),
    )
    const { items, nextCursor } = pageOf(found, query, ...NEWEST_FIRST)
    return { items: items.map(({ letter }) => toSummary(letter)), nextCursor }
  }

  async countOpen(): Promise<DeadLetterCount> {
    const counts = { kafka: 0, rabbitmq: 0 }
    for (const { broker, status } of this.letters.values()) if (status === 'open') counts[broker]++
    return counts
  }

  async markReplayed({ id, failures, by, actedBy, at }: DeadLetterReplay): Promise<DeadLetter> {
    const letter = this.#get(id)
    const marked: DeadLetter = {
      ...letter,
      status: letter.failures > failures ? letter.status : 'replayed',
      actions: [...letter.actions, { kind: 'replayed', by, actedBy, at }],
    }
    this.letters.set(id, marked)
    return marked
  }

  async discard({ id, by, actedBy, at }: DeadLetterDiscard): Promise<void> {
    const letter = this.#get(id)
    assertOpen(letter)
    const actions = [...letter.actions, { kind: 'discarded' as const, by, actedBy, at }]
    this.letters.set(id, { ...letter, status: 'discarded', actions })
  }

  #record(letter: DeadLetter): void {
    const known = this.letters.get(letter.id)
    if (!known) this.letters.set(letter.id, letter)
    if (!known || letter.failures <= known.failures) return
    const { status, position, cause, failures, lastFailedAt } = letter
    this.letters.set(letter.id, { ...known, status, position, cause, failures, lastFailedAt })
  }

  #get(id: string): DeadLetter {
    const letter = this.letters.get(id)
    if (!letter) throw new NotFoundError('dead letter', id)
    return letter
  }
}

function toSummary({ headers: _, body: __, actions: ___, ...summary }: DeadLetter): DeadLetterSummary {
  return summary
}
