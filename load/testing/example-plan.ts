import type { LoadPlan } from '../load-plan'

/** For tests: orders of one product, a hundred a second for a second, on one thread. */
export function examplePlan(changes: Partial<LoadPlan> = {}): LoadPlan {
  return {
    url: 'http://127.0.0.1:1',
    pace: { loop: 'open', arrivals: 'uniform', ratePerSecond: 100, durationMs: 1000 },
    warmupMs: 0,
    traffic: {
      channel: 'sync',
      kinds: [{ kind: 'order', weight: 1 }],
      products: [{ id: 1, weight: 1 }],
      userPrefix: 'load',
      users: 10,
    },
    seed: 1,
    workers: 1,
    connections: 10,
    maxInFlight: 1000,
    timeoutMs: 5000,
    ...changes,
  }
}
