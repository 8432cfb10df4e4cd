import { type Dependency, queryWithin } from './dependency'

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

/** The part of a dependency that readiness needs. */
export type CheckedDependency = Pick<Dependency, 'name' | 'required' | 'check'>

/** Checks all dependencies in parallel, each with a deadline. Never rejects. */
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
  const result = await queryWithin(timeoutMs, check)
  const latencyMs = Math.round(performance.now() - startedAt)
  return result.status === 'up'
    ? { status: 'up', required, latencyMs }
    : { status: 'down', required, latencyMs, reason: result.reason }
}
