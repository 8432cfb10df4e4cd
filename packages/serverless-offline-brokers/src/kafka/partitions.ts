import type { PartitionContext } from './partition-context'
import { PartitionWorker } from './partition-worker'
import type { PartitionStart } from './starting-offsets'

/** The partitions that the group has assigned to this member, each with its worker. */
export class Partitions {
  readonly #workers = new Map<number, PartitionWorker>()

  constructor(
    private readonly context: PartitionContext,
    private readonly onSpace: (partition: number) => void,
  ) {}

  get(partition: number): PartitionWorker | undefined {
    return this.#workers.get(partition)
  }

  all(): readonly (readonly [partition: number, worker: PartitionWorker])[] {
    return [...this.#workers]
  }

  /** Ends the work on all other partitions. */
  keepOnly(assigned: readonly number[]): void {
    for (const [partition, worker] of this.#workers) {
      if (assigned.includes(partition)) continue
      worker.revoke()
      this.#workers.delete(partition)
    }
  }

  /**
   * The worker of an assigned partition. The existing one continues, unless another member has meanwhile committed an
   * offset beyond its position.
   */
  assign(partition: number, { offset, isCommitted }: PartitionStart): PartitionWorker {
    const existing = this.#workers.get(partition)
    if (existing !== undefined && isCommitted && offset <= existing.position) return existing
    existing?.revoke()
    const worker = new PartitionWorker(this.context, partition, offset, () => this.onSpace(partition))
    this.#workers.set(partition, worker)
    return worker
  }

  async drain(): Promise<void> {
    await Promise.all([...this.#workers.values()].map((worker) => worker.drain()))
  }
}
