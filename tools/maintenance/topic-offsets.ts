import type { Admin } from 'kafkajs'

export type TopicOffsets = Awaited<ReturnType<Admin['fetchTopicOffsets']>>

/**
 * The first and the next offset of each partition. Returns none while a partition has no leader, so that the commands
 * still show the rest. It catches every error, because kafkajs has no specific one for this.
 */
export async function topicOffsets(admin: Admin, topic: string): Promise<TopicOffsets> {
  try {
    return await admin.fetchTopicOffsets(topic)
  } catch {
    return []
  }
}
