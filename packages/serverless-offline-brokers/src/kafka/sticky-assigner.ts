import { AssignerProtocol, type PartitionAssigner } from 'kafkajs'
import { assignSticky } from './assign-sticky'

/** Partitions by topic. */
export type Assignment = Readonly<Record<string, readonly number[]>>

/** Not `sticky`: that is the assigner of Java, whose members use another format for their partitions. */
const NAME = 'serverless-offline-brokers-sticky'
const VERSION = 0

const { MemberMetadata, MemberAssignment } = AssignerProtocol

/**
 * A partition assigner for kafkajs in which members keep their partitions as far as the balance allows. Each member sends
 * its current assignment, which it gets from `assigned`, to the leader of the group.
 */
export function createStickyAssigner(assigned: () => Assignment): PartitionAssigner {
  return ({ cluster }) => ({
    name: NAME,
    version: VERSION,

    protocol: ({ topics }) => ({
      name: NAME,
      metadata: MemberMetadata.encode({ version: VERSION, topics, userData: encodeAssignment(assigned()) }),
    }),

    async assign({ members, topics }) {
      const claims = members.map(({ memberId, memberMetadata }) => {
        const metadata = MemberMetadata.decode(memberMetadata)
        return { memberId, topics: metadata?.topics ?? [], owned: decodeAssignment(metadata?.userData) }
      })
      const assignments = new Map<string, Record<string, number[]>>(members.map(({ memberId }) => [memberId, {}]))
      for (const topic of topics) {
        const partitions = cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId)
        const ofTopic = claims.filter((claim) => claim.topics.includes(topic))
        const owned = new Map(ofTopic.map((claim) => [claim.memberId, claim.owned[topic] ?? []]))
        for (const [memberId, assignedPartitions] of assignSticky(partitions, owned)) {
          const assignment = assignments.get(memberId)
          if (assignment !== undefined) assignment[topic] = assignedPartitions
        }
      }
      return [...assignments].map(([memberId, assignment]) => ({
        memberId,
        memberAssignment: MemberAssignment.encode({ version: VERSION, assignment, userData: Buffer.alloc(0) }),
      }))
    },
  })
}

function encodeAssignment(assignment: Assignment): Buffer {
  return Buffer.from(JSON.stringify(assignment))
}

/** Members that send no assignment keep no partition. */
function decodeAssignment(userData: Buffer | undefined | null): Assignment {
  if (!userData || userData.length === 0) return {}
  const value: unknown = JSON.parse(userData.toString())
  if (typeof value !== 'object' || value === null) return {}
  return Object.fromEntries(Object.entries(value).filter(([, partitions]) => Array.isArray(partitions)))
}
