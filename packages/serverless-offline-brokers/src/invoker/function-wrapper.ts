import { describeThrown } from './describe-thrown'
import type { FunctionCall, FunctionReply } from './function-call'

type Callback = (error: unknown, result?: unknown) => void
type Handler = (event: unknown, context: object, callback: Callback) => unknown
interface Loader {
  load(servicePath: string, handlerPath: string): Promise<Handler>
}

/**
 * The handler that serverless-offline runs in place of the function, in a worker or in this process. It runs the function
 * as the Node.js runtime of Lambda does. serverless-offline itself would count a thrown string as a result, and end when a
 * result or an error cannot be cloned.
 */
export async function handler(call: FunctionCall, context: object): Promise<FunctionReply> {
  // biome-ignore lint/style/noProcessEnv: the runtime of Lambda sets this variable for the function
  process.env._HANDLER = call.handler
  try {
    const known = loaded.get(call.handlerPath)
    const run = known !== undefined && known.codeVersion === call.codeVersion ? known.run : await loadHandler(call)
    const result = await settle(run, call.event, context)
    const json = toJson(result)
    // Rejections that nobody handles end the worker before the reply is sent, so they fail this invocation.
    await new Promise(setImmediate)
    return { json }
  } catch (error) {
    return { thrown: describeThrown(error) }
  }
}

/** Loading takes longer than invoking, because the loader searches the file system every time. */
const loaded = new Map<string, { readonly codeVersion: number; readonly run: Handler }>()

async function loadHandler({ loader, servicePath, handlerPath, codeVersion }: FunctionCall): Promise<Handler> {
  process.setSourceMapsEnabled(true)
  const module: Loader | { readonly default: Loader } = await import(loader)
  const { load } = 'load' in module ? module : module.default
  const run = await load(servicePath, handlerPath)
  loaded.set(handlerPath, { codeVersion, run })
  return run
}

/** Undefined and functions have no JSON. Lambda returns null for them. */
function toJson(result: unknown): string {
  return JSON.stringify(result) ?? 'null'
}

/** Settles as the function does: by its promise, its callback, or the methods of the context that preceded both. */
function settle(run: Handler, event: unknown, context: object): Promise<unknown> {
  return new Promise((resolve, reject) => {
    // Only null and undefined mean success. Any other value is an error, even an empty string.
    const callback: Callback = (error, result) =>
      error === undefined || error === null ? resolve(result) : reject(error)
    let usesContext = false
    const use = <T extends readonly unknown[]>(method: (...parameters: T) => void) => {
      usesContext = true
      return method
    }
    const lambdaContext = Object.defineProperties(
      { ...context },
      {
        done: { get: () => use(callback) },
        succeed: { get: () => use((result: unknown) => resolve(result)) },
        fail: { get: () => use((error: unknown) => reject(error)) },
      },
    )
    const result = run(event, lambdaContext, callback)
    if (isPromise(result)) result.then(resolve, reject)
    // Without a promise and a callback, Lambda waits for an empty event loop and then returns null. A worker with an open
    // port has no empty event loop.
    else if (run.length < 3 && !usesContext) setImmediate(() => (usesContext ? undefined : resolve(null)))
  })
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
