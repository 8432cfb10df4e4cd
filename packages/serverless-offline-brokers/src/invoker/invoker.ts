import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Invoke } from '../event-source-mapping'
import type { Serverless } from '../serverless'
import { openCrashGuard } from './crash-guard'
import { describeThrown } from './describe-thrown'
import { type CreateRunner, EnvironmentPool } from './environment-pool'
import { assertResponseSize, FunctionError, FunctionTimeoutError } from './function-error'

export interface InvokerOptions {
  /** Options of serverless-offline, from the command line and `custom.serverless-offline`. */
  readonly runner: Readonly<Record<string, unknown>>
  readonly noTimeout: boolean
  warning(message: string): void
}

export interface Invoker {
  /** Rejects with a FunctionError or a FunctionTimeoutError. */
  readonly invoke: Invoke
  /** Ends all execution environments. */
  close(): Promise<void>
}

export interface ReloadingInvoker extends Invoker {
  /** Later invocations run the code as it is now. */
  reload(): Promise<void>
}

/** The default timeout of functions in the framework. */
const DEFAULT_TIMEOUT_SECONDS = 6

/** The module of serverless-offline that finds and loads Node.js handlers. */
const LOADER = join('handler-runner', 'in-process-runner', 'aws-lambda-ric', 'UserFunction.js')

/**
 * Invokes functions with the Lambda runner of serverless-offline, like its HTTP functions: in this process, in workers or
 * in Docker. Whatever the code of a function does, an invocation ends with a result or a failure, and this process goes
 * on. As on AWS, a result passes through JSON. The event does not, because that would take a quarter of the time of a
 * batch. Pollers build a new event of plain JSON types for every invocation.
 *
 * @param readOptions is called again at the first invocation: other plugins may change the options during the start
 * @param wrapperDirectory contains the built `function-wrapper.js`
 */
export async function createInvoker(
  serverless: Serverless,
  readOptions: () => InvokerOptions,
  wrapperDirectory: string = import.meta.dirname,
): Promise<ReloadingInvoker> {
  const { default: Lambda } = await import('serverless-offline/lambda')
  const loader = findLoader()
  const { runner, warning } = readOptions()
  const guard = openCrashGuard({
    isInProcess: runner.useInProcess === true,
    otherWorkerFailed: (error) => warning(`an uncaught error ended a worker: ${describeThrown(error).detail}`),
  })
  let current: Current | undefined
  let codeVersion = 0

  function open(): Current {
    const { runner, noTimeout } = readOptions()
    // Timeouts are enforced here, because the runner leaves a timer behind with every call.
    const createRunner: CreateRunner = (functionKey, { definition, options }) => {
      const lambda = new Lambda(serverless, { ...options, noTimeout: true, lambdaPort: 0 })
      lambda.create([{ functionKey, functionDefinition: definition }])
      return lambda
    }
    const sources = { serverless, options: runner, wrapperDirectory, loader, codeVersion, warning }
    return { pool: new EnvironmentPool(sources, guard, createRunner), noTimeout }
  }

  async function invoke(functionKey: string, event: unknown): Promise<unknown> {
    current ??= open()
    const timeoutMs = current.noTimeout ? undefined : timeoutMsOf(functionKey, serverless)
    const json = await failuresOf(functionKey, current.pool.run(functionKey, event, timeoutMs))
    assertResponseSize(functionKey, Buffer.byteLength(json))
    return JSON.parse(json)
  }

  return {
    invoke,
    async reload() {
      const old = current
      current = undefined
      codeVersion += 1
      await old?.pool.retire()
    },
    async close() {
      await current?.pool.close()
      guard.close()
    },
  }
}

interface Current {
  readonly pool: EnvironmentPool
  readonly noTimeout: boolean
}

async function failuresOf<T>(functionKey: string, running: Promise<T>): Promise<T> {
  try {
    return await running
  } catch (error) {
    throw error instanceof FunctionTimeoutError ? error : new FunctionError(functionKey, error)
  }
}

function findLoader(): string {
  const lambda = createRequire(join(import.meta.dirname, 'index.js')).resolve('serverless-offline/lambda')
  const path = join(dirname(lambda), LOADER)
  if (!existsSync(path)) throw new Error(`this version of serverless-offline is not supported: it has no ${LOADER}`)
  return pathToFileURL(path).href
}

function timeoutMsOf(functionKey: string, { service }: Serverless): number {
  return (service.getFunction(functionKey).timeout ?? service.provider.timeout ?? DEFAULT_TIMEOUT_SECONDS) * 1000
}
