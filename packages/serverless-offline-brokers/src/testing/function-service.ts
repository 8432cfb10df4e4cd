import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInvoker, type ReloadingInvoker } from '../invoker/invoker'
import type { FunctionDefinition, Serverless } from '../serverless'
import { buildFunctionWrapper } from './build-plugin'

/** Functions in a directory of their own, and what serverless-offline needs to run them. */
export class FunctionService {
  readonly #invokers: ReloadingInvoker[] = []
  readonly warnings: string[] = []

  private constructor(
    readonly directory: string,
    private readonly define: (name: string) => FunctionDefinition,
  ) {}

  /**
   * @param files by name
   * @param define the definition of a function; its handler is added: `handlers.<name>`
   */
  static async create(
    files: Readonly<Record<string, string>>,
    define: (name: string) => FunctionDefinition = () => ({}),
  ): Promise<FunctionService> {
    const directory = await mkdtemp(join(tmpdir(), 'functions-'))
    const all = { 'package.json': '{ "type": "commonjs" }', ...files }
    await Promise.all(Object.entries(all).map(([name, text]) => writeFile(join(directory, name), text)))
    await buildFunctionWrapper(directory)
    return new FunctionService(directory, define)
  }

  async open(runner: object = {}, noTimeout = false): Promise<ReloadingInvoker> {
    const serverless: Serverless = {
      config: { servicePath: this.directory },
      service: {
        service: 'shop',
        provider: { name: 'aws', region: 'eu-central-1', runtime: 'nodejs20.x' },
        getAllFunctions: () => [],
        getFunction: (name) => ({
          handler: `handlers.${name}`,
          name: `shop-${name}`,
          timeout: 60,
          ...this.define(name),
        }),
      },
      configSchemaHandler: { defineFunctionEventProperties: () => undefined },
      classes: { Error },
      getProvider: () => {
        throw new Error('not needed to invoke')
      },
    }
    const warning = (message: string) => void this.warnings.push(message)
    const options = { runner: { host: 'localhost', ...runner }, noTimeout, warning }
    const invoker = await createInvoker(serverless, () => options, this.directory)
    this.#invokers.push(invoker)
    return invoker
  }

  async closeInvokers(): Promise<void> {
    await Promise.all(this.#invokers.splice(0).map((invoker) => invoker.close()))
  }

  async remove(): Promise<void> {
    await this.closeInvokers()
    await rm(this.directory, { recursive: true, force: true })
  }
}

/** What the promise rejects with. */
export const rejectionOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (value) => `resolved to ${JSON.stringify(value)}`,
    (error: unknown) => error,
  )
