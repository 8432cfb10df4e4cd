import { availableParallelism } from 'node:os'
import type { Home } from './config'
import { type Dependency, type DependencyDescription, type DependencyResult, queryWithin } from './dependency'

/** The setup of this shop, to print beside measured figures. */
export interface About {
  readonly service: string
  readonly version: string
  readonly home: Home
  /** Whether requests need tokens. */
  readonly access: 'open' | 'protected'
  /** The version of Node.js. */
  readonly node: string
  readonly cpus: number
  readonly dependencies: readonly DescribedDependency[]
  /** The settings of the dependencies that are up. */
  readonly durability: readonly DurabilitySetting[]
}

export interface DescribedDependency {
  readonly name: string
  readonly status: 'up' | 'down'
  readonly version?: string | undefined
  readonly reason?: string | undefined
}

export interface DurabilitySetting {
  readonly channel: Dependency['channel']
  readonly name: string
  readonly value: string
}

export type DescribableDependency = Pick<Dependency, 'name' | 'channel' | 'describe'>

/** Queries all dependencies in parallel, each with a deadline. Reports a dependency that fails as down. Never rejects. */
export async function describeService(
  service: Pick<About, 'service' | 'version' | 'home' | 'access'>,
  dependencies: readonly DescribableDependency[],
  timeoutMs: number,
): Promise<About> {
  const results = await Promise.all(dependencies.map(({ describe }) => queryWithin(timeoutMs, describe)))
  const pairs = dependencies.map((dependency, index) => [dependency, results[index] as Description] as const)
  return {
    ...service,
    node: process.version,
    cpus: availableParallelism(),
    dependencies: pairs.map(([{ name }, result]) =>
      result.status === 'up'
        ? { name, status: 'up', version: result.value.version }
        : { name, status: 'down', reason: result.reason },
    ),
    durability: pairs.flatMap(([{ channel }, result]) =>
      result.status === 'up'
        ? Object.entries(result.value.durability).map(([name, value]) => ({ channel, name, value }))
        : [],
    ),
  }
}

type Description = DependencyResult<DependencyDescription>
