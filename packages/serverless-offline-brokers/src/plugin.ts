import { type CreatePoller, createEventSources, type EventSources } from './event-sources'
import { createInvoker, type InvokerOptions, type ReloadingInvoker } from './invoker/invoker'
import { compileEventSourceMappings } from './mapping/compile-event-source-mappings'
import { defineEventProperties } from './mapping/event-properties'
import { ServiceRefusedError } from './mapping/findings'
import { readMappings } from './mapping/read-mappings'
import type { Settings } from './mapping/settings'
import type { Serverless, ServerlessLog } from './serverless'
import { PortTakenError } from './state/state-endpoint'

type Options = Readonly<Record<string, unknown>>

/** Options that the runner of serverless-offline requires, but has no defaults for. */
const RUNNER_DEFAULTS = {
  host: 'localhost',
  dockerHost: 'localhost',
  dockerReadOnly: true,
  localLayers: {},
  layersDir: null,
}

const NEEDS_START =
  'event sources need `serverless offline start`: `serverless offline` has no hook that could drain them'

/** A terminal and a parent process may both send one signal. A second signal within this time is the same one. */
const SAME_SIGNAL_MS = 500

/**
 * Serverless plugin with Kafka and RabbitMQ event sources for `serverless offline start`. In `serverless package` it adds
 * properties of AWS that the framework does not have.
 */
export class BrokersPlugin {
  readonly hooks: Readonly<Record<string, () => void | Promise<void>>> = {
    'after:package:compileEvents': () => compileEventSourceMappings(this.#serverless),
    'before:offline:start': () => this.#explain(() => this.#refuseBareOffline()),
    // Everything that can fail runs before HTTP starts. After that, an error would leave the process hanging.
    'before:offline:start:init': () => this.#explain(() => this.#prepare()),
    'after:offline:start:init': () => this.#eventSources?.start(),
    'before:offline:start:end': () => this.#stop(),
    // A bundler in watch mode has built the functions again.
    'offline:functionsUpdated:cleanup': () => this.#invoker?.reload(),
  }
  readonly #serverless: Serverless
  readonly #cliOptions: Options
  readonly #log: ServerlessLog
  readonly #createPoller: CreatePoller
  #invoker: ReloadingInvoker | undefined
  #eventSources: EventSources | undefined

  constructor(
    serverless: Serverless,
    cliOptions: Options,
    { log }: { readonly log: ServerlessLog },
    createPoller: CreatePoller,
  ) {
    this.#serverless = serverless
    this.#cliOptions = cliOptions
    this.#log = log
    this.#createPoller = createPoller
    defineEventProperties(serverless)
  }

  /** `serverless offline` has no hook between the signal and its exit, so event sources could not be drained. */
  #refuseBareOffline(): void {
    const { mappings } = readMappings(this.#serverless.service)
    if (mappings.length > 0) throw new ServiceRefusedError([NEEDS_START])
  }

  async #prepare(): Promise<void> {
    const { mappings, settings, warnings } = readMappings(this.#serverless.service)
    for (const warning of warnings) this.#log.warning(`[brokers] ${warning}`)
    if (mappings.length === 0) return
    this.#invoker = await createInvoker(this.#serverless, () => this.#invokerOptions(settings))
    const invoker = this.#invoker
    const parts = { mappings, settings, invoker, createPoller: this.#createPoller, log: this.#log }
    this.#eventSources = await createEventSources(parts)
  }

  /** Other plugins may change these options during the start: a bundler sets the location of what it has built. */
  #invokerOptions(settings: Settings): InvokerOptions {
    const custom = this.#serverless.service.custom?.['serverless-offline']
    const runner: Options = { ...RUNNER_DEFAULTS, ...(typeof custom === 'object' ? custom : {}), ...this.#cliOptions }
    const warning = (message: string) => this.#log.warning(`[brokers] ${message}`)
    return { runner, noTimeout: settings.noTimeout ?? runner.noTimeout === true, warning }
  }

  /** Runs while the functions still serve HTTP. */
  async #stop(): Promise<void> {
    if (this.#eventSources === undefined) return
    const since = Date.now()
    const force = (signal: NodeJS.Signals) => {
      if (Date.now() - since < SAME_SIGNAL_MS) return
      this.#log.warning('[brokers] Batches in flight were not finished: they will be delivered again')
      process.exit(signal === 'SIGINT' ? 130 : 143)
    }
    process.on('SIGINT', force).on('SIGTERM', force)
    this.#announceDrain(this.#eventSources)
    try {
      await this.#eventSources.stop()
      this.#log.notice('Event sources stopped')
    } catch (error) {
      // Throwing it would keep serverless-offline, and so the process, from ending.
      this.#log.error(`[brokers] ${error instanceof Error ? error.message : String(error)}`)
    } finally {
      process.off('SIGINT', force).off('SIGTERM', force)
    }
  }

  #announceDrain({ pollers }: EventSources): void {
    const batches = pollers.reduce((sum, poller) => sum + poller.state().inFlightBatches, 0)
    this.#log.notice(
      batches > 0
        ? `Batches to finish: ${batches}; press Ctrl-C again to stop now and have them delivered again`
        : 'Stopping the event sources: no batch is in flight',
    )
  }

  /** The framework prints its own error class as a message, and others as a crash with a stack trace. */
  async #explain<T>(work: () => T | Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof ServiceRefusedError || error instanceof PortTakenError)) throw error
      throw new this.#serverless.classes.Error(error.message, error.code)
    }
  }
}
