/**
 * Runs the tasks of one lane one after another, and different lanes in parallel. Lanes outlive connections: a record
 * that is delivered again after a reconnection waits until its earlier invocation has ended.
 */
export type Lanes = (lane: number, task: () => Promise<void>) => Promise<void>

export function createLanes(): Lanes {
  const lastOfLane = new Map<number, Promise<void>>()
  return (lane, task) => {
    const before = lastOfLane.get(lane) ?? Promise.resolve()
    const run = before.then(task, task)
    lastOfLane.set(lane, run)
    return run
  }
}
