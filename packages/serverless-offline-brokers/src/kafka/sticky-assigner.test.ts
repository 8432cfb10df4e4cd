import { AssignerProtocol, type PartitionAssigner } from 'kafkajs'
import { describe, expect, it } from 'vitest'
import { type Assignment, createStickyAssigner } from './sticky-assigner'

type Config = Parameters<PartitionAssigner>[0]

/** The assigner of one member of a cluster with these partitions. */
function assignerOf(partitions: Readonly<Record<string, number>>, assigned: Assignment = {}) {
  const findTopicPartitionMetadata = (topic: string) =>
    Array.from({ length: partitions[topic] ?? 0 }, (_, partitionId) => ({ partitionId }))
  const config = { cluster: { findTopicPartitionMetadata }, groupId: 'group', logger: {} } as unknown as Config
  return createStickyAssigner(() => assigned)(config)
}

async function assign(
  partitions: Readonly<Record<string, number>>,
  members: Readonly<Record<string, { topics: string[]; assigned?: Assignment }>>,
) {
  const topics = Object.keys(partitions)
  const assignments = await assignerOf(partitions).assign({
    topics,
    members: Object.entries(members).map(([memberId, member]) => ({
      memberId,
      memberMetadata: assignerOf(partitions, member.assigned).protocol({ topics: member.topics }).metadata,
    })),
  })
  return Object.fromEntries(
    assignments.map(({ memberId, memberAssignment }) => [
      memberId,
      AssignerProtocol.MemberAssignment.decode(memberAssignment)?.assignment,
    ]),
  )
}

describe('the sticky assigner', () => {
  it('lets members keep the partitions that they have sent', async () => {
    const members = {
      a: { topics: ['orders'], assigned: { orders: [1, 3] } },
      b: { topics: ['orders'], assigned: { orders: [0, 2] } },
      c: { topics: ['orders'] },
    }

    expect(await assign({ orders: 6 }, members)).toEqual({
      a: { orders: [1, 3] },
      b: { orders: [0, 2] },
      c: { orders: [4, 5] },
    })
  })

  it('assigns a topic only to its subscribers', async () => {
    const members = { a: { topics: ['orders'] }, b: { topics: ['orders', 'users'] } }

    expect(await assign({ orders: 2, users: 2 }, members)).toEqual({
      a: { orders: [0] },
      b: { orders: [1], users: [0, 1] },
    })
  })

  it('treats members without an assignment as new ones', async () => {
    const memberMetadata = AssignerProtocol.MemberMetadata.encode({
      version: 0,
      topics: ['orders'],
      userData: Buffer.alloc(0),
    })

    const [assignment] = await assignerOf({ orders: 1 }).assign({
      topics: ['orders'],
      members: [{ memberId: 'a', memberMetadata }],
    })

    expect(assignment?.memberId).toBe('a')
  })
})
