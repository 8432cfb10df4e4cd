import kafkajs, { type Admin, Kafka, logLevel } from 'kafkajs'

/** Node finds only some exports of kafkajs by name, and this is not one of them. */
const { AssignerProtocol } = kafkajs

/** The partitions of a topic that each member of a consumer group has. */
export type Assignments = Readonly<Record<string, readonly number[]>>

/** Describes one consumer group, without being a member of it. */
export class ConsumerGroup {
  readonly #admin: Admin

  constructor(
    brokers: readonly string[],
    private readonly groupId: string,
  ) {
    this.#admin = new Kafka({ brokers: [...brokers], clientId: 'tests', logLevel: logLevel.NOTHING }).admin()
  }

  /** @throws while the group rebalances, because the assignments are not final then */
  async assignments(topic: string): Promise<Assignments> {
    await this.#admin.connect()
    const { groups } = await this.#admin.describeGroups([this.groupId])
    const group = groups[0]
    if (group?.state !== 'Stable') throw new Error(`the group ${this.groupId} is ${group?.state ?? 'unknown'}`)
    return Object.fromEntries(
      group.members.map(({ memberId, memberAssignment }) => [
        memberId,
        AssignerProtocol.MemberAssignment.decode(memberAssignment)?.assignment[topic] ?? [],
      ]),
    )
  }

  async close(): Promise<void> {
    await this.#admin.disconnect()
  }
}
