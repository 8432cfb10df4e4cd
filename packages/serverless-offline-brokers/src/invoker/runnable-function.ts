import { join, resolve } from 'node:path'
import type { FunctionDefinition, Serverless } from '../serverless'
import { toError } from './describe-thrown'
import type { FunctionCall, FunctionReply } from './function-call'

type Options = Readonly<Record<string, unknown>>

/** How serverless-offline runs a function, and what goes in and out. */
export interface RunnableFunction {
  readonly definition: FunctionDefinition
  readonly options: Options
  readonly runtime: string
  toInput(event: unknown): unknown
  /** @throws what the function threw */
  toJson(output: unknown): string
}

export interface RunnerSources {
  readonly serverless: Serverless
  /** Options of serverless-offline. */
  readonly options: Options
  /** The directory of `function-wrapper.js`. */
  readonly wrapperDirectory: string
  /** See `FunctionCall`. */
  readonly loader: string
  /** Changes when the code has changed. */
  readonly codeVersion: number
  warning(message: string): void
}

const WRAPPER = 'function-wrapper.handler'

/** Node.js functions run inside the function wrapper, all others as serverless-offline runs them. */
export function runnableFunction(functionKey: string, sources: RunnerSources): RunnableFunction {
  const { service } = sources.serverless
  const definition = service.getFunction(functionKey)
  const runtime = definition.runtime ?? service.provider.runtime ?? 'nodejs'
  const artifact = definition.package?.artifact ?? service.package?.artifact
  const isWrapped = runtime.startsWith('nodejs') && sources.options.useDocker !== true && artifact === undefined
  return isWrapped ? wrapped(definition, runtime, sources) : plain(definition, runtime, sources)
}

function wrapped(
  definition: FunctionDefinition,
  runtime: string,
  { serverless, options, wrapperDirectory, loader, codeVersion }: RunnerSources,
): RunnableFunction {
  const location = typeof options.location === 'string' ? options.location : ''
  const servicePath = resolve(serverless.config?.servicePath ?? '.', location)
  const handler = definition.handler ?? ''
  const call = { loader, servicePath, handlerPath: join(servicePath, handler), handler, codeVersion }
  return {
    definition: { ...definition, handler: WRAPPER },
    // serverless-offline accepts no handler outside of the directory of the service.
    options: { ...options, location: wrapperDirectory },
    runtime,
    toInput: (event): FunctionCall => ({ ...call, event }),
    toJson(output) {
      // The wrapper returns nothing else.
      const reply = output as FunctionReply
      if ('thrown' in reply) throw toError(reply.thrown)
      return reply.json
    },
  }
}

function plain(definition: FunctionDefinition, runtime: string, { options }: RunnerSources): RunnableFunction {
  return {
    definition,
    options,
    runtime,
    toInput: (event) => event,
    toJson(output) {
      // A Java or Ruby program that fails prints no result.
      if (output === undefined && !runtime.startsWith('nodejs')) throw new Error('the function returned no result')
      if (options.useDocker === true && isErrorResponse(output)) throw toError(fromErrorResponse(output))
      return JSON.stringify(output) ?? 'null'
    },
  }
}

interface ErrorResponse {
  readonly errorType: string
  readonly errorMessage: string
  readonly stackTrace?: unknown
}

/** A container of Lambda responds with status 200 when the function fails. */
function isErrorResponse(output: unknown): output is ErrorResponse {
  const members = ['errorType', 'errorMessage', 'requestId', 'stackTrace', 'trace']
  return (
    typeof output === 'object' &&
    output !== null &&
    'errorType' in output &&
    'errorMessage' in output &&
    typeof output.errorMessage === 'string' &&
    Object.keys(output).every((name) => members.includes(name))
  )
}

function fromErrorResponse({ errorType, errorMessage, stackTrace }: ErrorResponse) {
  const detail = [`${errorType}: ${errorMessage}`, ...(Array.isArray(stackTrace) ? stackTrace : [])].join('\n')
  return { name: errorType, message: errorMessage, detail }
}
