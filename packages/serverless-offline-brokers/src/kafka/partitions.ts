import { createPartitionWorker, type PartitionContext, type PartitionWorker } from './partition-worker'
import type { PartitionStart } from './starting-offsets'

/** The partitions that the group has given to this member, each with its worker. */
export interface Partitions {
  get(partition: number): PartitionWorker | undefined
  /** Ends the work on all other partitions. */
  keepOnly(assigned: readonly number[]): void
  /** The worker of an assigned partition: the one at work, unless somebody else has moved the group on meanwhile. */
  assign(partition: number, start: PartitionStart): PartitionWorker
  drain(): Promise<void>
  all(): readonly (readonly [partition: number, worker: PartitionWorker])[]
}

export function createPartitions(context: PartitionContext, onRoom: (partition: number) => void): Partitions {
  const workers = new Map<number, PartitionWorker>()

  function keepOnly(assigned: readonly number[]): void {
    for (const [partition, worker] of workers) {
      if (assigned.includes(partition)) continue
      worker.revoke()
      workers.delete(partition)
    }
  }

  return {
    get: (partition) => workers.get(partition),
    keepOnly,
    assign(partition, { offset, isCommitted }) {
      const atWork = workers.get(partition)
      if (atWork !== undefined && isCommitted && offset <= atWork.position) return atWork
      atWork?.revoke()
      const worker = createPartitionWorker(context, partition, offset, () => onRoom(partition))
      workers.set(partition, worker)
      return worker
    },
    async drain() {
      await Promise.all([...workers.values()].map((worker) => worker.drain()))
    },
    all: () => [...workers],
  }
}
