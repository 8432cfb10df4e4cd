import type { PartitionMetadata } from 'kafkajs'
import { describe, expect, it } from 'vitest'
import { LeaderLanes } from './leader-lanes'

function setUp() {
  let created = 0
  const lanes = new LeaderLanes('orders', () => ++created)
  /** Every producer has learned these leaders. */
  const learn = (partitions: PartitionMetadata[]) => {
    lanes.learn(1, partitions)
    for (const lane of lanes.lanes) lanes.learn(lane, partitions)
  }
  /** The lanes of many keys. */
  const used = async () => {
    const keys = Array.from({ length: 60 }, (_, user) => `user ${user}`)
    return new Set(await Promise.all(keys.map((key) => lanes.use(key, async (lane) => lane))))
  }
  return { lanes, learn, used, created: () => created }
}

/** The partitions of a topic, by their leaders. */
const led = (...leaders: number[]): PartitionMetadata[] =>
  leaders.map((leader, partitionId) => ({ partitionId, leader, partitionErrorCode: 0, replicas: [], isr: [] }))

describe('the lanes of a topic', () => {
  it('are one while the leaders are unknown, and while there is one leader', async () => {
    const { learn, used, created } = setUp()
    expect(await used()).toEqual(new Set([1]))

    learn(led(7, 7, 7))

    expect(await used()).toEqual(new Set([1]))
    expect(created()).toBe(1)
  })

  it('are one for each leader', async () => {
    const { learn, used } = setUp()

    learn(led(7, 8, 9))

    expect(await used()).toEqual(new Set([1, 2, 3]))
  })

  it('put the keys of one partition into the same lane', async () => {
    const { lanes, learn } = setUp()
    learn(led(7, 8, 9))

    const [first, second] = [await lanes.use('ada', async (lane) => lane), await lanes.use('ada', async (lane) => lane)]

    expect(second).toBe(first)
  })

  it('are not more than the leaders that there are at one time', async () => {
    const { lanes, learn, created } = setUp()
    for (const leaders of [
      [1, 2, 3],
      [2, 3, 2],
      [4, 2, 3],
      [5, 6, 7],
      [-1, 6, 7],
    ])
      learn(led(...leaders))

    expect(created()).toBe(3)
    expect(lanes.lanes).toHaveLength(3)
  })

  it('keep the lane of a key while one of its messages is pending, even when its partition has another leader', async () => {
    const { lanes, learn } = setUp()
    learn(led(7, 8))
    let finish: () => void = () => undefined
    const pending: Promise<number>[] = []
    const keys = Array.from({ length: 20 }, (_, user) => `user ${user}`)
    const gate = new Promise<void>((resolve) => {
      finish = resolve
    })
    for (const key of keys) pending.push(lanes.use(key, (lane) => gate.then(() => lane)))

    learn(led(8, 7))
    const during = keys.map((key) => lanes.use(key, (lane) => gate.then(() => lane)))
    finish()
    const before = await Promise.all(pending)
    expect(await Promise.all(during)).toEqual(before)

    const after = await Promise.all(keys.map((key) => lanes.use(key, async (lane) => lane)))
    expect(after).toEqual(before.map((lane) => 3 - lane))
  })

  it('forget a key when its work has failed', async () => {
    const { lanes, learn } = setUp()
    const fail = () => lanes.use('ada', () => Promise.reject(new Error('no leader')))
    await expect(fail()).rejects.toThrow('no leader')

    learn(led(7, 8))

    expect(await lanes.use('ada', async (lane) => lane)).toBeGreaterThan(0)
  })

  it('keep a partition until the producer of the other lane knows its new leader', async () => {
    const { lanes, learn, used } = setUp()
    learn(led(7, 8, 9))
    const before = await used()

    // Broker 7 has failed. Only the producer of its lane has noticed.
    lanes.learn(1, led(8, 8, 9))
    expect(await used()).toEqual(before)

    lanes.learn(2, led(8, 8, 9))
    expect(await used()).toEqual(new Set([2, 3]))
  })
})
