import { setTimeout as delay } from 'node:timers/promises'
import type { Config, Logger } from '@ecommerce/runtime'
import type { EventSources } from 'serverless-offline-brokers/without-framework'
import { HttpServer } from './http/http-server'
import { toHttpSettings } from './http/http-settings'
import { createFindRoute } from './http/router'
import { type LambdaFunction, loadExport, loadFunction } from './lambda-function'
import type { FunctionDefinition, Manifest } from './manifest'
import { Schedules } from './schedules'
import type { Functions } from './select-functions'

/** The hooks that `custom.function-host.lifecycle` names, for the end of the process. */
export interface Lifecycle {
  /** Called first: readiness checks must fail from now on. */
  drain(): void
  /** Called when no request and no batch is in flight: closes connections. Scheduled functions must end by then. */
  close(): Promise<void>
}

export interface HostParts {
  /** The folder that the paths of functions are relative to. */
  readonly root: string
  readonly manifest: Manifest
  readonly functions: Functions
  readonly config: Config
  readonly log: Logger
}

const NO_LIFECYCLE: Lifecycle = { drain: () => undefined, close: async () => undefined }

/** Serves functions in this process: HTTP, consumers and schedules. */
export class FunctionHost {
  readonly #config: Config
  readonly #log: Logger
  readonly #lifecycle: Lifecycle
  readonly #http: HttpServer
  /** Serves the same functions on a port of this instance alone. */
  readonly #alone: HttpServer
  readonly #schedules: Schedules
  readonly #consumers: EventSources | undefined
  #stopped: Promise<boolean> | undefined

  /** Loads the functions and does everything else that can fail, before anything runs. */
  static async create(parts: HostParts): Promise<FunctionHost> {
    const { root, manifest, config, log } = parts
    const functions = Object.entries(parts.functions)
    const loaded = new Map(functions.map(([key, definition]) => [key, loadFunction(root, definition, manifest.region)]))
    const lifecycle = manifest.lifecycle === undefined ? NO_LIFECYCLE : loadExport(root, manifest.lifecycle)
    const invoke = (key: string, event: unknown) => loadedFunction(loaded, key).invoke(event)
    const hasConsumers = functions.some(([, { eventSources }]) => eventSources.length > 0)
    // The clients of the brokers are loaded only if there are consumers.
    const consumers = hasConsumers
      ? await (await import('./consumers.js')).openConsumers(manifest, parts.functions, { config, invoke, log })
      : undefined
    return new FunctionHost(parts, loaded, lifecycle as Lifecycle, consumers) // the manifest names a lifecycle
  }

  private constructor(
    { manifest, functions, config, log }: HostParts,
    loaded: ReadonlyMap<string, LambdaFunction>,
    lifecycle: Lifecycle,
    consumers: EventSources | undefined,
  ) {
    this.#config = config
    this.#log = log
    this.#lifecycle = lifecycle
    this.#consumers = consumers
    const each = <T>(of: (key: string, definition: FunctionDefinition, loaded: LambdaFunction) => readonly T[]): T[] =>
      Object.entries(functions).flatMap(([key, definition]) => of(key, definition, loadedFunction(loaded, key)))
    const targets = each((_, { routes }, lambda) => routes.map((routeKey) => ({ routeKey, function: lambda })))
    const scheduled = each((key, { schedules }, lambda) =>
      schedules.map((schedule) => ({ key, schedule, function: lambda })),
    )
    const serving = {
      findRoute: createFindRoute(targets),
      refusals: manifest.refusals === undefined ? undefined : loaded.get(manifest.refusals),
      settings: toHttpSettings(config),
      log,
      clock: Date.now,
    }
    this.#http = new HttpServer(serving)
    this.#alone = new HttpServer(serving)
    this.#schedules = new Schedules({
      scheduled,
      region: manifest.region,
      clock: Date.now,
      onFailure: (key, error) => log.error({ err: error, function: key }, 'scheduled function failed'),
    })
  }

  /** @returns the port that it serves. @throws when it cannot listen on the address */
  async start(port: number, host: string): Promise<number> {
    const served = await this.#http.listen(port, host)
    this.#consumers?.start()
    this.#schedules.start()
    return served
  }

  /** @returns a port of this instance alone, which stays open until the end */
  listenAlone(host: string): Promise<number> {
    return this.#alone.listen(0, host, true)
  }

  get mappings(): readonly string[] {
    return (this.#consumers?.pollers ?? []).map(({ mapping }) => mapping.name)
  }

  /**
   * Fails readiness checks, serves for another `LAME_DUCK_MS`, stops accepting requests, finishes those in flight within
   * `DRAIN_TIMEOUT_MS` and closes connections.
   * @returns whether everything was finished
   */
  stop(): Promise<boolean> {
    this.#stopped ??= this.#stop()
    return this.#stopped
  }

  async #stop(): Promise<boolean> {
    const { LAME_DUCK_MS, DRAIN_TIMEOUT_MS } = this.#config
    this.#lifecycle.drain()
    this.#http.drain()
    // No load balancer routes to consumers, so they stop without delay. They apply DRAIN_TIMEOUT_MS themselves.
    const consumed = this.#isDone('consumers', this.#consumers?.stop() ?? Promise.resolve())
    const scheduled = this.#schedules.stop()
    if (LAME_DUCK_MS > 0) await delay(LAME_DUCK_MS)
    const answered = await this.#isDone('requests', within(DRAIN_TIMEOUT_MS, this.#http.close()))
    if (!answered) this.#http.destroy()
    this.#alone.destroy()
    const isDrained = (await consumed) && answered
    const closing = Promise.all([this.#lifecycle.close(), scheduled])
    return (await this.#isDone('connections', within(DRAIN_TIMEOUT_MS, closing))) && isDrained
  }

  async #isDone(what: string, work: Promise<unknown>): Promise<boolean> {
    try {
      await work
      return true
    } catch (error) {
      this.#log.error({ err: error, requests: this.#http.inFlight }, `not finished: ${what}`)
      return false
    }
  }
}

/** @throws when the work takes longer than the timeout */
async function within(timeoutMs: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done within ${timeoutMs} ms`)), timeoutMs)
  })
  try {
    await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

function loadedFunction(loaded: ReadonlyMap<string, LambdaFunction>, key: string): LambdaFunction {
  const found = loaded.get(key)
  if (found === undefined) throw new Error(`${key} is not loaded`)
  return found
}
