/**
 * Runs the works of one lane after another, and those of different lanes side by side. A lane outlives connections: a
 * record that comes again after a reconnection waits until the function is done with the time before.
 */
export type Lanes = (lane: number, work: () => Promise<void>) => Promise<void>

export function createLanes(): Lanes {
  const lastOfLane = new Map<number, Promise<void>>()
  return (lane, work) => {
    const before = lastOfLane.get(lane) ?? Promise.resolve()
    const run = before.then(work, work)
    lastOfLane.set(lane, run)
    return run
  }
}
