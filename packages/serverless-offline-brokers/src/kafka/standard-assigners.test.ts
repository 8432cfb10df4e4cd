import { AssignerProtocol, type PartitionAssigner } from 'kafkajs'
import { describe, expect, it } from 'vitest'
import { rangeAssigner, roundRobinAssigner } from './standard-assigners'

type Config = Parameters<PartitionAssigner>[0]

async function assign(
  createAssigner: PartitionAssigner,
  partitions: Readonly<Record<string, number>>,
  members: Readonly<Record<string, readonly string[]>>,
) {
  const findTopicPartitionMetadata = (topic: string) =>
    Array.from({ length: partitions[topic] ?? 0 }, (_, partitionId) => ({ partitionId })).reverse()
  const config = { cluster: { findTopicPartitionMetadata }, groupId: 'group', logger: {} } as unknown as Config
  const assigner = createAssigner(config)
  const assignments = await assigner.assign({
    topics: Object.keys(partitions),
    members: Object.entries(members).map(([memberId, topics]) => ({
      memberId,
      memberMetadata: assigner.protocol({ topics: [...topics] }).metadata,
    })),
  })
  return Object.fromEntries(
    assignments.map(({ memberId, memberAssignment }) => [
      memberId,
      AssignerProtocol.MemberAssignment.decode(memberAssignment)?.assignment,
    ]),
  )
}

/** The examples in the Javadoc of Kafka's RangeAssignor and RoundRobinAssignor. */
describe('the range assigner', () => {
  it('has the name that other clients use', () => {
    expect(rangeAssigner({ cluster: {} } as Config).name).toBe('range')
  })

  it('gives each member consecutive partitions of each topic, and the first ones one more', async () => {
    expect(await assign(rangeAssigner, { t0: 3, t1: 3 }, { c1: ['t0', 't1'], c0: ['t0', 't1'] })).toEqual({
      c0: { t0: [0, 1], t1: [0, 1] },
      c1: { t0: [2], t1: [2] },
    })
  })

  it('assigns a topic only to its subscribers', async () => {
    expect(await assign(rangeAssigner, { t0: 2 }, { c0: ['t0'], c1: [] })).toEqual({ c0: { t0: [0, 1] }, c1: {} })
  })
})

describe('the round robin assigner', () => {
  it('has the name that other clients use', () => {
    expect(roundRobinAssigner({ cluster: {} } as Config).name).toBe('roundrobin')
  })

  it('gives the members partitions in turn, over all topics', async () => {
    expect(await assign(roundRobinAssigner, { t0: 3, t1: 3 }, { c0: ['t0', 't1'], c1: ['t0', 't1'] })).toEqual({
      c0: { t0: [0, 2], t1: [1] },
      c1: { t0: [1], t1: [0, 2] },
    })
  })

  it('skips members that have not subscribed to the topic', async () => {
    const members = { c0: ['t0'], c1: ['t0', 't1'], c2: ['t0', 't1', 't2'] }

    expect(await assign(roundRobinAssigner, { t0: 1, t1: 2, t2: 3 }, members)).toEqual({
      c0: { t0: [0] },
      c1: { t1: [0] },
      c2: { t1: [1], t2: [0, 1, 2] },
    })
  })
})
