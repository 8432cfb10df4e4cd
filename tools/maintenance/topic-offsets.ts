import type { Admin } from 'kafkajs'

export type TopicOffsets = Awaited<ReturnType<Admin['fetchTopicOffsets']>>

/**
 * First and next offset of each partition. None of any while a leader is away: just then somebody wants to see what is
 * left, and kafkajs has no one error for it.
 */
export async function topicOffsets(admin: Admin, topic: string): Promise<TopicOffsets> {
  try {
    return await admin.fetchTopicOffsets(topic)
  } catch {
    return []
  }
}
