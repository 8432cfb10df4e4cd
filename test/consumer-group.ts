import kafkajs, { type Admin, Kafka, logLevel } from 'kafkajs'

/** Node finds only some of kafkajs' exports by name, and this is not among them. */
const { AssignerProtocol } = kafkajs

/** Which partitions of a topic each member of a consumer group has. */
export type Assignments = Readonly<Record<string, readonly number[]>>

/** Watches one consumer group from outside. */
export class ConsumerGroup {
  readonly #admin: Admin

  constructor(
    brokers: readonly string[],
    private readonly groupId: string,
  ) {
    this.#admin = new Kafka({ brokers: [...brokers], clientId: 'tests', logLevel: logLevel.NOTHING }).admin()
  }

  /** @throws while the group is not stable: who has what is undecided then */
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
