import type { Admin } from 'kafkajs'

/** Where each partition of a topic ends, as of about a second ago. */
export interface TopicEnds {
  /** Undefined while it is not known. */
  get(partition: number): bigint | undefined
  refresh(): Promise<void>
  close(): void
}

const REFRESH_EVERY_MS = 1_000

/** Told of a refresh that failed, `onError` has nothing to do: the ends are unknown until the next one. */
export function watchTopicEnds(admin: Admin, topic: string, onError: (error: unknown) => void): TopicEnds {
  const ends = new Map<number, bigint | undefined>()
  let isRefreshing = false

  async function refresh(): Promise<void> {
    for (const { partition, high } of await admin.fetchTopicOffsets(topic)) ends.set(partition, BigInt(high))
  }

  async function refreshOrForget(): Promise<void> {
    if (isRefreshing || ends.size === 0) return
    isRefreshing = true
    try {
      await refresh()
    } catch (error) {
      for (const partition of ends.keys()) ends.set(partition, undefined)
      onError(error)
    } finally {
      isRefreshing = false
    }
  }

  // The first refresh is the owner's, once it is connected.
  const ticker = setInterval(() => void refreshOrForget(), REFRESH_EVERY_MS)

  return {
    get: (partition) => ends.get(partition),
    refresh,
    close: () => clearInterval(ticker),
  }
}
