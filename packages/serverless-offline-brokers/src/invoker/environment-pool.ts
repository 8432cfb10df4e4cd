import type { CrashGuard } from './crash-guard'
import { Environment, type Runner } from './environment'
import { type RunnableFunction, type RunnerSources, runnableFunction } from './runnable-function'

export type CreateRunner = (functionKey: string, runnable: RunnableFunction) => Runner

interface PooledFunction {
  readonly runnable: RunnableFunction
  readonly idle: Environment[]
}

/**
 * The execution environments of one version of the code. Like Lambda, it reuses an idle environment of the function, and
 * creates one when there is none.
 */
export class EnvironmentPool {
  readonly #functions = new Map<string, PooledFunction>()
  readonly #environments = new Set<Environment>()
  #isRetired = false

  constructor(
    private readonly sources: RunnerSources,
    private readonly guard: CrashGuard,
    private readonly createRunner: CreateRunner,
  ) {}

  /** Resolves to what the function returned, as JSON. */
  async run(functionKey: string, event: unknown, timeoutMs: number | undefined): Promise<string> {
    const pooled = this.#functionOf(functionKey)
    const { runnable, idle } = pooled
    const environment = this.#take(functionKey, pooled)
    try {
      return runnable.toJson(await environment.run(runnable.toInput(event), timeoutMs))
    } finally {
      const isOutdated = this.#isRetired || this.sources.options.reloadHandler === true
      if (environment.isUsable && !isOutdated) idle.push(environment)
      else await this.#close(environment)
    }
  }

  /** The code has changed: ends idle environments now, and the others after their invocation. */
  async retire(): Promise<void> {
    this.#isRetired = true
    const idle = [...this.#functions.values()].flatMap((pooled) => pooled.idle.splice(0))
    await Promise.all(idle.map((environment) => this.#close(environment)))
  }

  async close(): Promise<void> {
    this.#isRetired = true
    await Promise.all([...this.#environments].map((environment) => this.#close(environment)))
  }

  #functionOf(functionKey: string): PooledFunction {
    const known = this.#functions.get(functionKey)
    if (known !== undefined) return known
    const pooled = { runnable: runnableFunction(functionKey, this.sources), idle: [] }
    this.#functions.set(functionKey, pooled)
    return pooled
  }

  #take(functionKey: string, { runnable, idle }: PooledFunction): Environment {
    // An idle environment may have crashed, because the function left a timer or a promise behind.
    const usable = idle.findLast(({ isUsable }) => isUsable)
    if (usable !== undefined) {
      idle.splice(idle.indexOf(usable), 1)
      return usable
    }
    for (const crashed of idle.splice(0)) void this.#close(crashed)
    const runner = this.createRunner(functionKey, runnable)
    const environment = new Environment(functionKey, runner, this.guard, runnable.runtime, this.sources.warning)
    this.#environments.add(environment)
    return environment
  }

  async #close(environment: Environment): Promise<void> {
    this.#environments.delete(environment)
    await environment.close()
  }
}
