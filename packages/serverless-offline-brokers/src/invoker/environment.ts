import type { ChildProcess } from 'node:child_process'
import type { LambdaFunction } from 'serverless-offline/lambda'
import { withinTime } from '../deadline'
import type { CrashGuard, Guarded } from './crash-guard'
import { describeThrown } from './describe-thrown'
import { FunctionTimeoutError } from './function-error'
import { unmarkFalsy, watchPython } from './watch-python'

/** The part of `Lambda` of serverless-offline that runs one function. */
export interface Runner {
  get(functionKey: string): LambdaFunction
  cleanup(): Promise<void>
}

/**
 * One execution environment of one function: a worker, a process, a container, or a part of this process. It runs one
 * invocation at a time. An environment that has crashed or timed out is not used again.
 */
export class Environment implements Guarded {
  #isUsable = true
  #fail: ((error: unknown) => void) | undefined

  constructor(
    readonly functionKey: string,
    private readonly runner: Runner,
    private readonly guard: CrashGuard,
    private readonly runtime: string,
    private readonly warning: (message: string) => void,
  ) {}

  get isUsable(): boolean {
    return this.#isUsable
  }

  /**
   * Resolves to the result, or rejects with what the function threw or how its environment ended.
   * @throws FunctionTimeoutError
   */
  async run(event: unknown, timeoutMs: number | undefined): Promise<unknown> {
    const crash = new Promise<never>((_, reject) => {
      this.#fail = reject
    })
    const instance = this.runner.get(this.functionKey)
    instance.setEvent(event)
    const running = Promise.race([this.guard.run(this, () => instance.runHandler()), crash])
    const late = () => {
      this.#isUsable = false
      return new FunctionTimeoutError(this.functionKey, timeoutMs ?? 0)
    }
    try {
      return unmarkFalsy(await (timeoutMs === undefined ? running : withinTime(running, timeoutMs, late)))
    } finally {
      this.#fail = undefined
    }
  }

  crashed(error: unknown): void {
    if (!this.#isUsable) return
    this.#isUsable = false
    if (this.#fail !== undefined) this.#fail(error)
    else this.warning(`${this.functionKey} failed between two invocations: ${describeThrown(error).detail}`)
  }

  childStarted(child: ChildProcess): void {
    if (this.runtime.startsWith('python')) watchPython(child, (error) => this.crashed(error))
  }

  async close(): Promise<void> {
    this.#isUsable = false
    await this.runner.cleanup()
  }
}
