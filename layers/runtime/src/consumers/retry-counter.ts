import type { ConsumedMessage } from './consumed-message'

/**
 * Counts messages that were delivered before. RabbitMQ marks them. In a Kafka partition they are the offsets up to the
 * highest offset that this process has seen, so a message that another process has seen first is not counted.
 */
export class RetryCounter {
  readonly #highestOffsets = new Map<string, number>()

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
    if (offset <= (this.#highestOffsets.get(partition) ?? -1)) return true
    this.#highestOffsets.set(partition, offset)
    return false
  }
}
