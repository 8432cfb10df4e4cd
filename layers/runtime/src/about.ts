import { availableParallelism } from 'node:os'
import type { Home } from './config'
import { askWithin, type Dependency, type DependencyAnswer, type DependencyDescription } from './dependency'

/** What a measurement has to name beside its figures: what ran, where, on what, and how durable it was. */
export interface About {
  readonly service: string
  readonly version: string
  readonly home: Home
  /** The version of Node. */
  readonly node: string
  readonly cpus: number
  readonly dependencies: readonly DescribedDependency[]
  /** Of the dependencies that answered. */
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

/** Asks all dependencies side by side, each bounded in time; one that is down is told as such. Never rejects. */
export async function describeService(
  service: Pick<About, 'service' | 'version' | 'home'>,
  dependencies: readonly DescribableDependency[],
  timeoutMs: number,
): Promise<About> {
  const answers = await Promise.all(dependencies.map(({ describe }) => askWithin(timeoutMs, describe)))
  const pairs = dependencies.map((dependency, index) => [dependency, answers[index] as Description] as const)
  return {
    ...service,
    node: process.version,
    cpus: availableParallelism(),
    dependencies: pairs.map(([{ name }, answer]) =>
      answer.status === 'up'
        ? { name, status: 'up', version: answer.value.version }
        : { name, status: 'down', reason: answer.reason },
    ),
    durability: pairs.flatMap(([{ channel }, answer]) =>
      answer.status === 'up'
        ? Object.entries(answer.value.durability).map(([name, value]) => ({ channel, name, value }))
        : [],
    ),
  }
}

type Description = DependencyAnswer<DependencyDescription>
