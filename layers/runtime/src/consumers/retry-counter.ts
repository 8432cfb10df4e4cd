import type { ConsumedMessage } from './consumed-message'

/**
 * Counts messages that were here before. RabbitMQ says so of each; of a Kafka partition, it is what lies no further than
 * the furthest this process has seen, so that what came first to another process is not counted here.
 */
export class RetryCounter {
  readonly #furthest = new Map<string, number>()

  countRetried(messages: readonly ConsumedMessage[]): number {
    let retried = 0
    for (const message of messages) if (message.redelivered ?? this.#wasSeen(message)) retried++
    return retried
  }

  #wasSeen({ source, position }: ConsumedMessage): boolean {
    if (position === undefined) return false
    const at = position.indexOf('-')
    const partition = `${source}-${position.slice(0, at)}`
    const offset = Number(position.slice(at + 1))
    if (offset <= (this.#furthest.get(partition) ?? -1)) return true
    this.#furthest.set(partition, offset)
    return false
  }
}
