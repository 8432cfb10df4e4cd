import { withinTime } from './deadline'
import type { Invoke } from './event-source-mapping'
import type { FunctionDefinition, Serverless } from './serverless'

/** The function threw an error, which is the `cause`. */
export class FunctionError extends Error {
  readonly code = 'FUNCTION_FAILED'

  constructor(functionKey: string, cause: unknown) {
    super(`${functionKey} failed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
    this.name = 'FunctionError'
  }
}

/** The function exceeded its timeout. In a worker it was terminated. In this process it may still be running. */
export class FunctionTimeoutError extends Error {
  readonly code = 'FUNCTION_TIMED_OUT'

  constructor(functionKey: string, timeoutMs: number) {
    super(`${functionKey} timed out after ${timeoutMs} ms`)
    this.name = 'FunctionTimeoutError'
  }
}

export interface InvokerOptions {
  /** Options of serverless-offline, from the command line and `custom.serverless-offline`. */
  readonly runner: Readonly<Record<string, unknown>>
  readonly noTimeout: boolean
}

export interface Invoker {
  /** Rejects with a FunctionError or a FunctionTimeoutError. */
  readonly invoke: Invoke
  /** Terminates the workers. */
  close(): Promise<void>
}

/** The default timeout of functions in the framework. */
const DEFAULT_TIMEOUT_SECONDS = 6

/**
 * Invokes functions with the Lambda runner of serverless-offline, like its HTTP functions: in this process, in workers or
 * in Docker. As on AWS, a result passes through JSON. The event does not, because that would take a quarter of the time
 * of a batch. Pollers build a new event of plain JSON types for every invocation.
 */
export async function createInvoker(serverless: Serverless, { runner, noTimeout }: InvokerOptions): Promise<Invoker> {
  const { default: Lambda } = await import('serverless-offline/lambda')
  // Timeouts are enforced here, because the runner leaves a timer behind with every call.
  const lambda = new Lambda(serverless, { ...runner, noTimeout: true, lambdaPort: 0 })
  const { service } = serverless
  const keys = service.getAllFunctions()
  lambda.create(keys.map((functionKey) => ({ functionKey, functionDefinition: service.getFunction(functionKey) })))

  const timeouts = new Map(keys.map((key) => [key, timeoutMsOf(service.getFunction(key), serverless)]))

  async function invoke(functionKey: string, event: unknown): Promise<unknown> {
    // No await between `get` and `runHandler`: the pool would return the same instance to another call.
    const instance = lambda.get(functionKey)
    instance.setEvent(event)
    const timeoutMs = noTimeout ? undefined : timeouts.get(functionKey)
    const result = await settle(functionKey, instance.runHandler(), timeoutMs, () => instance.cleanup())
    return toJson(functionKey, result)
  }

  return { invoke, close: () => lambda.cleanup() }
}

function timeoutMsOf(definition: FunctionDefinition, { service }: Serverless): number {
  return (definition.timeout ?? service.provider.timeout ?? DEFAULT_TIMEOUT_SECONDS) * 1000
}

async function settle(
  functionKey: string,
  running: Promise<unknown>,
  timeoutMs: number | undefined,
  end: () => Promise<void>,
): Promise<unknown> {
  try {
    if (timeoutMs === undefined) return await running
    return await withinTime(running, timeoutMs, () => new FunctionTimeoutError(functionKey, timeoutMs))
  } catch (error) {
    if (!(error instanceof FunctionTimeoutError)) throw new FunctionError(functionKey, error)
    await end()
    throw error
  }
}

function toJson(functionKey: string, result: unknown): unknown {
  try {
    // Undefined and functions have no JSON. Lambda returns null for them.
    return JSON.parse(JSON.stringify(result) ?? 'null')
  } catch (error) {
    throw new FunctionError(functionKey, error)
  }
}
