import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { buildPlugin } from './build-plugin'

const SOURCES = dirname(import.meta.dirname)
const SERVERLESS = join(
  dirname(createRequire(import.meta.url).resolve('serverless/package.json')),
  'bin',
  'serverless.js',
)

/** The real plugin. */
export const REAL_PLUGIN = "export { default } from './index'"

/**
 * The plugin with a poller that needs no broker. The poller invokes its function once, logs the result, and has one batch
 * in flight until `DRAIN_MS` after it is stopped.
 */
export const PLUGIN_WITHOUT_BROKERS = `
import { BrokersPlugin } from './plugin'

const DRAIN_MS = Number(process.env.DRAIN_MS ?? 0)

export default class TestPlugin extends BrokersPlugin {
  constructor(serverless, options, utils) {
    const { log } = utils
    super(serverless, options, utils, (mapping, { invoke }) => ({
      mapping,
      start: () => invoke(mapping.functionKey, { from: mapping.name }).then(
        (result) => log.notice(JSON.stringify({ result })),
        (error) => log.notice(JSON.stringify({ failed: error.message })),
      ),
      state: () => ({ name: mapping.name, inFlightBatches: 1 }),
      stop: (withinMs) => new Promise((resolve) => {
        log.notice('draining within ' + withinMs)
        setTimeout(() => { log.notice('drained'); resolve() }, DRAIN_MS)
      }),
    }))
  }
}
`

const HANDLERS = `// @ts-nocheck
exports.echo = async (event) => {
  console.log('invoked with ' + JSON.stringify(event))
  return event
}
exports.version = async () => 'source'
exports.reject = () => new Promise(() => setTimeout(() => Promise.reject(new Error('nobody handles this')), 5))
exports.throwLater = () => new Promise(() => setTimeout(() => { throw new Error('in a timer') }, 5))
exports.exit = async () => { await null; process.exit(3) }
`

/**
 * A bundler that builds the functions before serverless-offline starts, into a directory that is new, and moves
 * serverless-offline there. serverless-esbuild does the same.
 */
const BUNDLER = `
const { mkdirSync, readFileSync, writeFileSync } = require('node:fs')
const { join } = require('node:path')

module.exports = class Bundler {
  constructor(serverless) {
    this.hooks = { 'before:offline:start:init': async () => {
      await new Promise((resolve) => setTimeout(resolve, 50))
      const build = join(serverless.config.servicePath, '.build')
      mkdirSync(build)
      const source = readFileSync(join(serverless.config.servicePath, 'handler.js'), 'utf8')
      writeFileSync(join(build, 'handler.js'), source.replace("'source'", "'bundle'"))
      const { service } = serverless
      service.custom = { ...service.custom, 'serverless-offline': { ...service.custom['serverless-offline'], location: '.build' } }
    } }
  }
}
`

/** A service in its own directory, run by the real framework. */
export class TestService {
  readonly #directory: string

  private constructor(directory: string) {
    this.#directory = directory
  }

  /**
   * @param plugin JavaScript, resolved as if it were in `src`
   * @param configuration the content of `serverless.yml`, without plugins and provider
   */
  static async create(plugin: string, configuration: object): Promise<TestService> {
    // Inside this package, so that Node finds the dependencies of the plugin.
    const parent = join(dirname(SOURCES), 'dist')
    await mkdir(parent, { recursive: true })
    const directory = await mkdtemp(join(parent, 'test-service-'))
    await buildPlugin(plugin, directory)
    await writeFile(join(directory, 'package.json'), '{ "type": "commonjs" }')
    await writeFile(join(directory, 'handler.js'), HANDLERS)
    await writeFile(join(directory, 'bundler.js'), BUNDLER)
    const provider = { name: 'aws', runtime: 'nodejs20.x', region: 'eu-central-1' }
    const service = { service: 'shop', provider, plugins: ['./plugin.js', 'serverless-offline'], ...configuration }
    await writeFile(join(directory, 'serverless.yml'), JSON.stringify(service))
    return new TestService(directory)
  }

  run(args: readonly string[], environment: Readonly<Record<string, string>> = {}): ServerlessRun {
    // A clean environment, above all without AWS credentials. Only the compiled schema of `serverless.yml` is shared
    // between runs: compiling it takes seconds.
    const env = {
      PATH: dirname(process.execPath),
      HOME: this.#directory,
      SLS_SCHEMA_CACHE_BASE_DIR: homedir(),
      ...environment,
    }
    return new ServerlessRun(spawn(process.execPath, [SERVERLESS, ...args], { cwd: this.#directory, env }))
  }

  async template(): Promise<unknown> {
    const path = join(this.#directory, '.serverless', 'cloudformation-template-update-stack.json')
    return JSON.parse(await readFile(path, 'utf8'))
  }

  remove(): Promise<void> {
    return rm(this.#directory, { recursive: true, force: true })
  }
}

export class ServerlessRun {
  readonly exitCode: Promise<number | null>
  readonly #child: ChildProcess
  #output = ''

  constructor(child: ChildProcess) {
    this.#child = child
    this.exitCode = once(child, 'close').then(([code]) => code)
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text
      })
    }
  }

  get output(): string {
    return this.#output
  }

  /** Resolves when the process has printed the text. Rejects when it ends before. */
  async printed(text: string): Promise<void> {
    const ended = this.exitCode.then((code) => {
      throw new Error(`ended with code ${code} before it printed ${text}:\n${this.#output}`)
    })
    // May reject later, when no caller is waiting any more.
    ended.catch(() => undefined)
    while (!this.#output.includes(text)) {
      await Promise.race([ended, this.#nextOutput()])
    }
  }

  async #nextOutput(): Promise<void> {
    const received = new AbortController()
    const streams = [this.#child.stdout, this.#child.stderr].filter((stream) => stream !== null)
    await Promise.race(streams.map((stream) => once(stream, 'data', { signal: received.signal })))
    // Removes the listeners of the other stream.
    received.abort()
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }
}
