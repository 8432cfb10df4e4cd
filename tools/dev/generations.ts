import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import * as esbuild from 'esbuild'
import { buildShop, renderPages } from '../../packages/build/src/build.mjs'
import { readManifest } from '../../packages/build/src/manifest.mjs'
import type { Manifest } from '../../packages/function-host/src/manifest'

/**
 * The builds of one `npm run dev`, each in a folder of its own:
 *
 * - `<n>/dist/`: the functions and layers of generation n;
 * - `dist/`: a handler for each function, which calls the generation that is live;
 * - `functions-process.js` and `manifest.json`: what these handlers load.
 */
export class Generations {
  readonly folder: string
  #count = 0
  #pages: Awaited<ReturnType<typeof renderPages>> | undefined

  constructor(folder: string) {
    this.folder = folder
  }

  /** Builds everything that serverless-offline loads. @throws {esbuild.BuildFailure} */
  async start(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true })
    const manifest = await readManifest()
    await Promise.all([this.#writeHandlers(manifest), this.#buildProgram(), this.buildNext()])
  }

  /** @returns the folder of the new generation. @throws {esbuild.BuildFailure} */
  async buildNext(): Promise<string> {
    this.#count += 1
    const folder = join(this.folder, String(this.#count))
    try {
      this.#pages ??= await renderPages()
      await buildShop(join(folder, 'dist'), 'development', this.#pages)
      return folder
    } catch (error) {
      await rm(folder, { recursive: true, force: true })
      throw error
    }
  }

  /** The next build renders the pages again. */
  forgetPages(): void {
    this.#pages = undefined
  }

  async #writeHandlers(manifest: Manifest): Promise<void> {
    await write(join(this.folder, 'manifest.json'), JSON.stringify(manifest))
    const handlers = Object.values(manifest.functions).map(({ handler }) => {
      const at = handler.lastIndexOf('.')
      const file = join(this.folder, `${handler.slice(0, at)}.js`)
      const program = relative(dirname(file), join(this.folder, 'functions-process.js'))
      const name = handler.slice(at + 1)
      return write(file, `exports.${name} = require('${program}').handlerOf('${handler}')\n`)
    })
    await Promise.all(handlers)
  }

  async #buildProgram(): Promise<void> {
    await write(join(this.folder, 'package.json'), '{ "type": "commonjs" }\n')
    await esbuild.build({
      entryPoints: [join(import.meta.dirname, 'functions-process.ts')],
      outdir: this.folder,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node20',
      define: { 'import.meta.dirname': '__dirname' },
      sourcemap: true,
      logLevel: 'warning',
    })
  }
}

async function write(file: string, content: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, content)
}
