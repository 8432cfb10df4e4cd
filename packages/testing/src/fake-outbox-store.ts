import type { Clock, DomainEvent, OutboxDepth, OutboxStore, RecordedEvent } from '@ecommerce/domain'

/** An outbox in memory. */
export class FakeOutboxStore implements OutboxStore {
  #events: readonly RecordedEvent[] = []
  #lastId = 0
  #isBusy = false

  constructor(private readonly clock: Clock) {}

  record(events: readonly DomainEvent[]): void {
    const recorded = events.map((event) => ({ ...event, id: `${++this.#lastId}`, data: JSON.stringify(event.data) }))
    this.#events = [...this.#events, ...recorded]
  }

  async relay(limit: number, publish: (events: readonly RecordedEvent[]) => Promise<void>): Promise<number | 'busy'> {
    if (this.#isBusy) return 'busy'
    this.#isBusy = true
    try {
      const oldest = this.#events.slice(0, limit)
      if (oldest.length > 0) await publish(oldest)
      this.#events = this.#events.filter((event) => !oldest.includes(event))
      return oldest.length
    } finally {
      this.#isBusy = false
    }
  }

  async depth(): Promise<OutboxDepth> {
    const [oldest] = this.#events
    const now = this.clock().getTime()
    return { pending: this.#events.length, oldestAgeMs: now - (oldest?.at.getTime() ?? now) }
  }
}
