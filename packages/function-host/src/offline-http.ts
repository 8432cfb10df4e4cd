import { type Config, readConfig } from '@ecommerce/runtime/config'
import { assertMayServe, isOpen, OPEN_SHOP_NOTICE } from '@ecommerce/runtime/open-shop'
import { HttpServer } from './http/http-server'
import { toHttpSettings } from './http/http-settings'
import { createFindRoute, type RouteTarget } from './http/router'

/** The parts of the Serverless Framework that this file uses. */
export interface Serverless {
  readonly serviceDir: string
  readonly service: {
    readonly custom?: {
      readonly 'serverless-offline'?: Options
      readonly 'function-host'?: { readonly refusals?: string }
    }
    getAllFunctions(): string[]
    getFunction(key: string): FunctionDefinition
  }
}

interface FunctionDefinition {
  events?: (string | Readonly<Record<string, unknown>>)[]
}

/** Options of serverless-offline, from the command line or `custom.serverless-offline`. */
type Options = Readonly<Record<string, unknown>>

/** Options that the runner of serverless-offline requires, but has no defaults for. */
const RUNNER_DEFAULTS = {
  host: 'localhost',
  dockerHost: 'localhost',
  dockerReadOnly: true,
  localLayers: {},
  layersDir: null,
}

/** serverless-offline waits for its own server as long. */
const STOP_WITHIN_MS = 5_000

export interface OfflineHttpParts {
  readonly serverless: Serverless
  /** From the command line. */
  readonly options: Options
  readonly toRouteKey: (functionKey: string, event: unknown) => string
  readonly log: { notice(text: string): void; error(text: string): void }
}

/**
 * Serves the `httpApi` events of `serverless offline start` with the HTTP server of the function host, so that requests
 * get the same responses on a desk as in containers. serverless-offline runs the functions.
 */
export class OfflineHttp {
  readonly #options: Options
  readonly #config: Config
  readonly #log: OfflineHttpParts['log']
  readonly #server: HttpServer

  /** Removes the events, so that serverless-offline does not start its own server for them. Call it before that. */
  static async create(parts: OfflineHttpParts): Promise<OfflineHttp> {
    const { serverless, options } = parts
    const merged = { ...RUNNER_DEFAULTS, ...serverless.service.custom?.['serverless-offline'], ...options }
    const invoke = await createInvoke(serverless, merged)
    const routeKeys = takeRouteKeys(parts)
    const targets = routeKeys.map(({ functionKey, routeKey }) => ({ routeKey, function: invoke(functionKey) }))
    const refusals = serverless.service.custom?.['function-host']?.refusals
    return new OfflineHttp(parts, merged, targets, refusals === undefined ? undefined : invoke(refusals))
  }

  private constructor(
    { serverless, log }: OfflineHttpParts,
    options: Options,
    targets: readonly RouteTarget[],
    refusals: RouteTarget['function'] | undefined,
  ) {
    this.#options = options
    this.#config = readConfig(serverless.serviceDir)
    this.#log = log
    this.#server = new HttpServer({
      findRoute: createFindRoute(targets),
      refusals,
      settings: toHttpSettings(this.#config),
      log: { error: (details, message) => log.error(`${message}: ${textOf(details)}`) },
      clock: Date.now,
    })
  }

  /** @throws when it cannot, or may not, listen on the address */
  async start(): Promise<void> {
    const { host, httpPort = this.#config.HTTP_PORT } = this.#options
    assertMayServe(this.#config, String(host))
    const port = await this.#server.listen(Number(httpPort), String(host))
    this.#log.notice(`Server ready: http://${host}:${port}`)
    if (isOpen(this.#config)) this.#log.notice(OPEN_SHOP_NOTICE)
  }

  /** Stops listening and finishes the requests in flight. */
  async stop(): Promise<void> {
    const timer = setTimeout(() => this.#server.destroy(), STOP_WITHIN_MS)
    await this.#server.close()
    clearTimeout(timer)
  }
}

/** Invokes functions with the Lambda runner of serverless-offline: in this process, in workers or in Docker. */
async function createInvoke(serverless: Serverless, options: Options) {
  const { default: Lambda } = await import('serverless-offline/lambda')
  const { service } = serverless
  const lambda = new Lambda(serverless, { ...options, lambdaPort: 0 })
  lambda.create(
    service
      .getAllFunctions()
      .map((functionKey) => ({ functionKey, functionDefinition: service.getFunction(functionKey) })),
  )
  return (functionKey: string): RouteTarget['function'] => ({
    invoke(event) {
      // No await between `get` and `runHandler`: the pool would return the same instance to another call.
      const instance = lambda.get(functionKey)
      instance.setEvent(event)
      return instance.runHandler()
    },
  })
}

function takeRouteKeys({ serverless: { service }, toRouteKey }: OfflineHttpParts) {
  return service.getAllFunctions().flatMap((functionKey) => {
    const definition = service.getFunction(functionKey)
    const events = definition.events ?? []
    definition.events = events.filter((event) => httpApiOf(event) === undefined)
    return events
      .map(httpApiOf)
      .filter((event) => event !== undefined)
      .map((event) => ({ functionKey, routeKey: toRouteKey(functionKey, event) }))
  })
}

function httpApiOf(event: string | Readonly<Record<string, unknown>>): unknown {
  return typeof event === 'string' ? undefined : event.httpApi
}

function textOf(details: object): string {
  const error = 'err' in details ? details.err : details
  return error instanceof Error ? (error.stack ?? error.message) : JSON.stringify(error)
}
