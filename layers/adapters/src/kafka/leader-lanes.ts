import { Partitioners, type PartitionMetadata } from 'kafkajs'

interface Pin<Lane> {
  readonly lane: Lane
  pending: number
}

/**
 * Divides messages into lanes by the leader of their partition, so that a leader that does not respond delays only its
 * own partitions. With one leader there is one lane.
 *
 * The division is only a hint: a lane can publish to every partition, so the known leaders may be outdated. Messages
 * with the same key keep their order: while one of them is pending, the next one uses the same lane.
 */
export class LeaderLanes<Lane> {
  readonly #lanes = new Map<number, Lane>()
  readonly #pins = new Map<string, Pin<Lane>>()
  readonly #partition = Partitioners.DefaultPartitioner()
  readonly #firstLane: Lane
  #partitions: PartitionMetadata[] = []
  #leaders: ReadonlySet<number> = new Set()

  constructor(
    private readonly topic: string,
    private readonly createLane: () => Lane,
  ) {
    this.#firstLane = createLane()
    this.#lanes.set(NO_LEADER, this.#firstLane)
  }

  get lanes(): readonly Lane[] {
    return [...this.#lanes.values()]
  }

  learn(partitions: readonly PartitionMetadata[]): void {
    this.#partitions = [...partitions]
    this.#leaders = new Set(partitions.map(({ leader }) => leader))
    // A broker that leads nothing any more passes its lane to a new leader.
    const free = [...this.#lanes.keys()].filter((leader) => !this.#leaders.has(leader))
    for (const leader of this.#leaders) {
      if (!this.#lanes.has(leader)) this.#lanes.set(leader, this.#take(free.shift()) ?? this.createLane())
    }
  }

  /** Does the work in the lane of the key. */
  async use<Result>(key: string, work: (lane: Lane) => Promise<Result>): Promise<Result> {
    const pin = this.#pins.get(key) ?? { lane: this.#lanes.get(this.#leaderOf(key)) ?? this.#firstLane, pending: 0 }
    pin.pending += 1
    this.#pins.set(key, pin)
    try {
      return await work(pin.lane)
    } finally {
      pin.pending -= 1
      if (pin.pending === 0) this.#pins.delete(key)
    }
  }

  #leaderOf(key: string): number {
    if (this.#leaders.size <= 1) return [...this.#leaders][0] ?? NO_LEADER
    const args = { topic: this.topic, partitionMetadata: this.#partitions, message: { key, value: null } }
    const partition = this.#partition(args)
    return this.#partitions.find(({ partitionId }) => partitionId === partition)?.leader ?? NO_LEADER
  }

  #take(leader: number | undefined): Lane | undefined {
    if (leader === undefined) return undefined
    const lane = this.#lanes.get(leader)
    this.#lanes.delete(leader)
    return lane
  }
}

/** The number that Kafka reports for a partition without a leader. */
const NO_LEADER = -1
