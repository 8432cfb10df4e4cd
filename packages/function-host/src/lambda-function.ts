import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Context } from 'aws-lambda'
import { type Caller, LambdaContext } from './lambda-context'
import type { FunctionDefinition } from './manifest'

export type Handler = (event: unknown, context: Context) => unknown

/** A function exceeded its timeout. It may still run, because nothing in this process can stop it. */
export class FunctionTimeoutError extends Error {
  override readonly name = 'FunctionTimeoutError'
  readonly code = 'function-timed-out'

  constructor(functionName: string, timeoutMs: number) {
    super(`${functionName} timed out after ${timeoutMs} ms`)
  }
}

/** A built function with a timeout, invoked as on Lambda: with an event and a context. */
export class LambdaFunction {
  readonly #handler: Handler
  readonly #source: ConstructorParameters<typeof LambdaContext>[0]

  constructor(
    handler: Handler,
    definition: Pick<FunctionDefinition, 'name' | 'timeoutSeconds' | 'memorySizeMb'>,
    region: string,
  ) {
    this.#handler = handler
    this.#source = {
      functionName: definition.name,
      region,
      memoryLimitMb: definition.memorySizeMb,
      timeoutMs: definition.timeoutSeconds * 1000,
    }
  }

  /** Rejects with the error of the handler or a FunctionTimeoutError. The function may change the event. */
  invoke(event: unknown, caller?: Caller): Promise<unknown> {
    const { functionName, timeoutMs } = this.#source
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new FunctionTimeoutError(functionName, timeoutMs)), timeoutMs)
      const settle = (end: () => void) => {
        clearTimeout(timer)
        end()
      }
      this.#run(event, caller).then(
        (result) => settle(() => resolve(result)),
        (error: unknown) => settle(() => reject(error)),
      )
    })
  }

  async #run(event: unknown, caller: Caller | undefined): Promise<unknown> {
    return this.#handler(event, new LambdaContext(this.#source, caller))
  }
}

/**
 * The export that `<file>.<export>` names. CommonJS, because Lambda finds the modules of layers only for `require`.
 * @throws when the file or the export does not exist
 */
export function loadExport(root: string, reference: string): unknown {
  const at = reference.lastIndexOf('.')
  const module: Readonly<Record<string, unknown>> = createRequire(join(root, 'functions'))(
    join(root, `${reference.slice(0, at)}.js`),
  )
  const value = module[reference.slice(at + 1)]
  if (value === undefined) throw new TypeError(`${reference} does not exist`)
  return value
}

/** @throws when the export is not a function */
export function loadFunction(root: string, definition: FunctionDefinition, region: string): LambdaFunction {
  const handler = loadExport(root, definition.handler)
  if (typeof handler !== 'function') throw new TypeError(`${definition.handler} is not a function`)
  return new LambdaFunction(handler as Handler, definition, region) // its event and its result are its own
}
