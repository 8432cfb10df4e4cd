import type { Invoke } from './event-source-mapping'
import type { FunctionDefinition, Serverless } from './serverless'
import { withinTime } from './within-time'

/** What a function threw, as its `cause`. */
export class FunctionError extends Error {
  readonly code = 'FUNCTION_FAILED'

  constructor(functionKey: string, cause: unknown) {
    super(`${functionKey} failed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
    this.name = 'FunctionError'
  }
}

/** A function that was not done in its time. In a worker it was ended; in this process it may still go on. */
export class FunctionTimeoutError extends Error {
  readonly code = 'FUNCTION_TIMED_OUT'

  constructor(functionKey: string, timeoutMs: number) {
    super(`${functionKey} timed out after ${timeoutMs} ms`)
    this.name = 'FunctionTimeoutError'
  }
}

export interface InvokerOptions {
  /** As the command line and `custom.serverless-offline` have them; its defaults for the rest. */
  readonly runner: Readonly<Record<string, unknown>>
  readonly noTimeout: boolean
}

export interface Invoker {
  /** Rejects with a FunctionError or a FunctionTimeoutError. */
  readonly invoke: Invoke
  /** Ends the workers. */
  close(): Promise<void>
}

/** The timeout of Lambda functions where neither function nor provider has one, as the framework deploys it. */
const DEFAULT_TIMEOUT_SECONDS = 6

/**
 * Invokes functions with the Lambda runner of serverless-offline: in this process, in workers or in Docker, as the
 * HTTP functions are. What a function returns passes through JSON, as on AWS: it is data. The event does not, which
 * would take a quarter of a batch's time: pollers make a new one, of JSON's types, for every call.
 */
export async function createInvoker(serverless: Serverless, { runner, noTimeout }: InvokerOptions): Promise<Invoker> {
  const { default: Lambda } = await import('serverless-offline/lambda')
  // Timeouts are kept here: the runner's own leaves a timer behind with every call.
  const lambda = new Lambda(serverless, { ...runner, noTimeout: true, lambdaPort: 0 })
  const { service } = serverless
  const keys = service.getAllFunctions()
  lambda.create(keys.map((functionKey) => ({ functionKey, functionDefinition: service.getFunction(functionKey) })))

  const timeouts = new Map(keys.map((key) => [key, timeoutMsOf(service.getFunction(key), serverless)]))

  async function invoke(functionKey: string, event: unknown): Promise<unknown> {
    // Nothing may come between `get` and `runHandler`: the pool would give the same instance to another call.
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
    // Undefined, or a function, has no JSON: Lambda answers null.
    return JSON.parse(JSON.stringify(result) ?? 'null')
  } catch (error) {
    throw new FunctionError(functionKey, error)
  }
}
