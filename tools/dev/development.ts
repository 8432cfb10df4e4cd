import { once } from 'node:events'
import { join } from 'node:path'
import { watch } from 'chokidar'
import { BuildError } from '../local/run-shop'
import type { ServerlessProcess } from '../local/serverless-process'
import { formatBuildError } from './format-build-error'
import type { Generations } from './generations'
import type { LoadReply, LoadRequest } from './messages'
import { Reloader } from './reloader'

const ROOT = join(import.meta.dirname, '..', '..')
const WATCHED = ['functions', 'layers', 'packages', 'infra', 'serverless.yml', '.env']
const IGNORED = /[\\/](node_modules|dist)([\\/]|$)/

/** A module of the functions could not be loaded. The message has its stack. */
class LoadError extends Error {
  override readonly name = 'LoadError'
  readonly code = 'load-failed'
}

/** Keeps the functions of a running shop up to date with their sources. */
export class Development {
  readonly #generations: Generations
  readonly #changedSinceBuild = new Set<string>()
  #onChange = (path: string): void => void this.#changedSinceBuild.add(path)
  #reply: ((reply: LoadReply) => void) | undefined

  constructor(generations: Generations) {
    this.#generations = generations
  }

  /** Watches the sources, then builds them: no change is missed. @throws {BuildError} */
  async build(): Promise<void> {
    await this.#watch()
    try {
      await this.#generations.start()
    } catch (error) {
      throw new BuildError(formatBuildError(error), { cause: error })
    }
  }

  /** For messages of the process that runs the functions. */
  receive(message: LoadReply): void {
    if (message.kind === 'close-failed') print(`the old code did not end cleanly: ${message.error}`)
    else this.#reply?.(message)
  }

  /** Reloads the functions after each change from now on, and for the changes since the build began. */
  follow(functions: ServerlessProcess): void {
    const reloader = new Reloader({
      reload: (withPages) => this.#reload(functions, withPages),
      onReloaded: (paths, durationMs) => print(`reloaded in ${Math.round(durationMs)} ms: ${listOf(paths)}`),
      onFailed: (error) => print(`not reloaded, the old code still serves:\n${explain(error)}`),
      onRestartNeeded: (path) => print(`${path} is read only at start. To apply it: Ctrl-C, then npm run dev`),
      clock: () => performance.now(),
    })
    this.#onChange = (path) => reloader.changed(path)
    for (const path of this.#changedSinceBuild) reloader.changed(path)
  }

  async #watch(): Promise<void> {
    const options = { cwd: ROOT, ignored: (path: string) => IGNORED.test(path), ignoreInitial: true }
    const watcher = watch(WATCHED, options).on('all', (_, path) => this.#onChange(path.replaceAll('\\', '/')))
    await once(watcher, 'ready')
  }

  async #reload(functions: ServerlessProcess, withPages: boolean): Promise<void> {
    if (withPages) this.#generations.forgetPages()
    const request: LoadRequest = { load: await this.#generations.buildNext() }
    const reply = new Promise<LoadReply>((resolve) => {
      this.#reply = resolve
    })
    functions.send(request)
    const outcome = await reply
    if (outcome.kind === 'load-failed') throw new LoadError(outcome.error)
  }
}

function explain(error: unknown): string {
  return error instanceof LoadError ? error.message : formatBuildError(error)
}

function listOf(paths: readonly string[]): string {
  const [first = '', ...others] = paths
  return others.length === 0 ? first : `${first} and ${others.length} more`
}

function print(text: string): void {
  console.log(`[dev] ${text}`)
}
