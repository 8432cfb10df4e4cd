import { askWithin, type Dependency } from './dependency'

export interface DependencyState {
  readonly status: 'up' | 'down'
  readonly required: boolean
  readonly latencyMs: number
  readonly reason?: string | undefined
}

export interface Readiness {
  readonly status: 'ready' | 'degraded' | 'unavailable'
  readonly dependencies: Readonly<Record<string, DependencyState>>
}

/** What readiness asks of a dependency. */
export type CheckedDependency = Pick<Dependency, 'name' | 'required' | 'check'>

/** Checks all dependencies side by side, each bounded in time. Never rejects. */
export async function checkReadiness(
  dependencies: readonly CheckedDependency[],
  timeoutMs: number,
): Promise<Readiness> {
  const states = await Promise.all(dependencies.map((dependency) => checkOne(dependency, timeoutMs)))
  const down = states.filter(({ status }) => status === 'down')
  return {
    status: down.some(({ required }) => required) ? 'unavailable' : down.length > 0 ? 'degraded' : 'ready',
    dependencies: Object.fromEntries(dependencies.map(({ name }, index) => [name, states[index] as DependencyState])),
  }
}

async function checkOne({ required, check }: CheckedDependency, timeoutMs: number): Promise<DependencyState> {
  const startedAt = performance.now()
  const answer = await askWithin(timeoutMs, check)
  const latencyMs = Math.round(performance.now() - startedAt)
  return answer.status === 'up'
    ? { status: 'up', required, latencyMs }
    : { status: 'down', required, latencyMs, reason: answer.reason }
}
