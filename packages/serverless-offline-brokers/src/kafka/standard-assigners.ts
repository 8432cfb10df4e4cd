import { AssignerProtocol, type PartitionAssigner } from 'kafkajs'

/** Partitions by topic. */
type Assignment = Record<string, number[]>

interface Member {
  readonly memberId: string
  readonly topics: readonly string[]
  readonly assignment: Assignment
}

interface Topic {
  readonly name: string
  readonly partitions: readonly number[]
}

const { MemberMetadata, MemberAssignment } = AssignerProtocol
const VERSION = 0
const NO_USER_DATA = Buffer.alloc(0)

/** `range` of Java and librdkafka: of each topic, each member gets consecutive partitions. */
export const rangeAssigner = createAssigner('range', (topics, members) => {
  for (const { name, partitions } of topics) {
    const subscribers = members.filter((member) => member.topics.includes(name))
    const share = Math.floor(partitions.length / subscribers.length)
    const withOneMore = partitions.length % subscribers.length
    let start = 0
    for (const [index, { assignment }] of subscribers.entries()) {
      const end = start + share + (index < withOneMore ? 1 : 0)
      assignment[name] = partitions.slice(start, end)
      start = end
    }
  }
})

/** `roundrobin` of Java and librdkafka: the members get partitions in turn, over all topics. */
export const roundRobinAssigner = createAssigner('roundrobin', (topics, members) => {
  let turn = 0
  for (const { name, partitions } of topics) {
    if (!members.some((member) => member.topics.includes(name))) continue
    for (const partition of partitions) {
      while (!members[turn % members.length]?.topics.includes(name)) turn += 1
      const assignment = members[turn % members.length]?.assignment
      if (assignment !== undefined) assignment[name] = [...(assignment[name] ?? []), partition]
      turn += 1
    }
  }
})

/**
 * An assigner with the name and the format that other Kafka clients know, so that they can be members of the same group.
 * @param distribute is called with topics, partitions and members in ascending order.
 */
function createAssigner(
  name: string,
  distribute: (topics: readonly Topic[], members: readonly Member[]) => void,
): PartitionAssigner {
  return ({ cluster }) => ({
    name,
    version: VERSION,
    protocol: ({ topics }) => ({
      name,
      metadata: MemberMetadata.encode({ version: VERSION, topics, userData: NO_USER_DATA }),
    }),
    async assign({ members, topics }) {
      const sorted = members
        .map(({ memberId, memberMetadata }) => {
          const subscribed = MemberMetadata.decode(memberMetadata)?.topics ?? []
          return { memberId, topics: subscribed, assignment: {} as Assignment }
        })
        .sort((a, b) => (a.memberId < b.memberId ? -1 : 1))
      const partitionsOf = (topic: string) =>
        cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId)
      distribute(
        [...topics].sort().map((topic) => ({ name: topic, partitions: partitionsOf(topic).sort((a, b) => a - b) })),
        sorted,
      )
      return sorted.map(({ memberId, assignment }) => ({
        memberId,
        memberAssignment: MemberAssignment.encode({ version: VERSION, assignment, userData: NO_USER_DATA }),
      }))
    },
  })
}
