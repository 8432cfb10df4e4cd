import { type Config, ConfigError } from '@ecommerce/runtime/config'
import { MigrationError } from '../../infra/mysql/migrate'
import { stopOnSignal } from '../../packages/function-host/src/stop-on-signal'
import { protectWithLocalIssuer } from '../issuer/protect'
import { UsageError } from '../usage-error'
import { type Checkout, readCheckout } from './checkout'
import { PortTakenError } from './choose-ports'
import { ClusterSettingError, type NodesRequest } from './cluster/choose-nodes'
import { isPortFree } from './free-port'
import { InstanceFileError } from './instance-files'
import { makeReady, NotReadyError, type Ready } from './make-ready'
import { createProgress } from './progress'
import { ServerlessProcess } from './serverless-process'
import { welcome } from './welcome'

const SERVERLESS_TIMEOUT_MS = 60_000

/** The functions cannot be built. The message is for the person who wrote them. */
export class BuildError extends Error {
  override readonly name = 'BuildError'
  readonly code = 'build-failed'
}

/** What differs between the commands that start the shop. */
export interface ShopOptions {
  /** Builds the functions while the servers come up. */
  readonly build: () => Promise<unknown>
  /** The folder that contains the built `dist/`. */
  readonly functionsLocation: string
  readonly nodeArguments?: readonly string[]
  readonly onMessage?: (message: unknown) => void
  readonly onServing?: (functions: ServerlessProcess) => void
  /** Whether requests need tokens of the local issuer, which then runs in this process. */
  readonly withIssuer?: boolean
  /** More rows of the welcome. */
  readonly more?: readonly (readonly [string, string])[]
}

/**
 * Brings up the servers, then serves the functions until they end or a signal arrives. Ctrl-C stops only the functions,
 * the servers stay up.
 * @param request may throw a UsageError
 */
export async function runShop(
  optionsFor: (checkout: Checkout) => ShopOptions,
  request: () => NodesRequest | undefined = () => undefined,
): Promise<void> {
  const run = new ShopRun()
  stopOnSignal(() => run.stop(), ['SIGINT', 'SIGTERM', 'SIGHUP'])
  try {
    const checkout = readCheckout(process.cwd(), request())
    process.exit(await run.start(checkout, optionsFor(checkout)))
  } catch (error) {
    run.endProgress()
    if (isExpected(error)) console.error(error.message)
    else if (!(error instanceof NotReadyError)) throw error
    process.exit(error instanceof UsageError ? 2 : 1)
  }
}

class ShopRun {
  readonly #startedAt = Date.now()
  readonly #progress = createProgress()
  #functions: ServerlessProcess | undefined
  #isStopping = false

  /** @returns the exit code of the functions, once they have ended by themselves */
  async start(checkout: Checkout, options: ShopOptions): Promise<number> {
    await assertHttpPortFree(checkout.config)
    const protection = options.withIssuer ? await protectWithLocalIssuer(checkout.config) : undefined
    const made = await makeReady(checkout, this.#progress, options.build)
    const ready = { ...made, config: { ...made.config, ...protection?.settings } }
    const functions = new ServerlessProcess({
      ...options,
      httpPort: ready.config.HTTP_PORT,
      environment: { ...ready.environment, ...protection?.environment, FUNCTIONS_LOCATION: options.functionsLocation },
    })
    this.#functions = functions
    await this.#untilServing(functions, ready, options)
    const code = await functions.ended
    if (this.#isStopping) return new Promise(() => {})
    console.error(`serverless offline ended by itself with code ${code}`)
    return code === 0 ? 1 : code
  }

  async stop(): Promise<number> {
    this.#isStopping = true
    this.#progress.close()
    await this.#functions?.stop()
    console.log('\nstopped; the servers stay up. To stop them: npm run infra -- down')
    return 0
  }

  endProgress(): void {
    this.#progress.close()
  }

  async #untilServing(functions: ServerlessProcess, { config, outcomes }: Ready, options: ShopOptions): Promise<void> {
    const step = this.#progress.step('functions')
    step.note('starting serverless offline')
    const url = `http://localhost:${config.HTTP_PORT}`
    if (await functions.servesWithin(`${url}/health`, SERVERLESS_TIMEOUT_MS)) {
      step.done(`serve ${url}`)
      functions.show(false)
      const seconds = (Date.now() - this.#startedAt) / 1_000
      console.log(welcome({ config, outcomes, url, seconds, more: options.more ?? [] }))
      options.onServing?.(functions)
    } else if (!this.#isStopping) {
      step.fail('serverless offline does not respond; this is its output:')
      functions.show(true)
      await functions.stop()
    }
  }
}

async function assertHttpPortFree({ HTTP_PORT }: Config): Promise<void> {
  if (!(await isPortFree(HTTP_PORT))) throw new PortTakenError('HTTP_PORT', HTTP_PORT)
}

function isExpected(error: unknown): error is Error {
  return [
    ConfigError,
    ClusterSettingError,
    InstanceFileError,
    PortTakenError,
    MigrationError,
    UsageError,
    BuildError,
  ].some((kind) => error instanceof kind)
}
