import { Partitioners, type PartitionMetadata } from 'kafkajs'

interface Pin<Lane> {
  readonly lane: Lane
  pending: number
}

type Leaders = ReadonlyMap<number, number>

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
  readonly #laneOfPartition = new Map<number, Lane>()
  /** What the producer of each lane knows, by partition. */
  readonly #knownLeaders = new Map<Lane, Leaders>()

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

  /** The producer of the lane has learned these leaders. */
  learn(lane: Lane, partitions: readonly PartitionMetadata[]): void {
    this.#partitions = [...partitions]
    this.#knownLeaders.set(lane, new Map(partitions.map(({ partitionId, leader }) => [partitionId, leader])))
    this.#createLanes(new Set(partitions.map(({ leader }) => leader)))
    for (const { partitionId, leader } of partitions) this.#assign(partitionId, leader)
  }

  #createLanes(leaders: ReadonlySet<number>): void {
    // A broker that leads nothing any more passes its lane to a new leader.
    const free = [...this.#lanes.keys()].filter((leader) => !leaders.has(leader))
    for (const leader of leaders) {
      if (!this.#lanes.has(leader)) this.#lanes.set(leader, this.#take(free.shift()) ?? this.createLane())
    }
  }

  /**
   * A partition moves only to a lane whose producer knows the leader, too. Another producer would still publish to the
   * former leader, and if that one does not respond, it would delay the whole lane. A new producer knows no leader yet.
   */
  #assign(partitionId: number, leader: number): void {
    const lane = this.#lanes.get(leader)
    if (lane === undefined) return
    const known = this.#knownLeaders.get(lane)
    const mayMove = known === undefined || known.get(partitionId) === leader
    if (mayMove || !this.#laneOfPartition.has(partitionId)) this.#laneOfPartition.set(partitionId, lane)
  }

  /** Does the work in the lane of the key. */
  async use<Result>(key: string, work: (lane: Lane) => Promise<Result>): Promise<Result> {
    const pin = this.#pins.get(key) ?? { lane: this.#laneOf(key), pending: 0 }
    pin.pending += 1
    this.#pins.set(key, pin)
    try {
      return await work(pin.lane)
    } finally {
      pin.pending -= 1
      if (pin.pending === 0) this.#pins.delete(key)
    }
  }

  #laneOf(key: string): Lane {
    if (this.#lanes.size === 1) return this.#firstLane
    const args = { topic: this.topic, partitionMetadata: this.#partitions, message: { key, value: null } }
    return this.#laneOfPartition.get(this.#partition(args)) ?? this.#firstLane
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
