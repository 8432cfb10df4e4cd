import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build, type Plugin } from 'esbuild'

const LOAD = join(import.meta.dirname, '..')

export interface BundledCommand {
  readonly file: string
  remove(): Promise<void>
}

/**
 * The command as one file of JavaScript. `npm run load` compiles its sources at every start, which takes ten times the CPU
 * time of this file: too much for tests that start it often.
 */
export async function bundleCommand(): Promise<BundledCommand> {
  // Inside the repository, where Node finds the libraries.
  const folder = await mkdtemp(join(LOAD, '..', 'node_modules', '.load-main-'))
  const file = join(folder, 'main.mjs')
  const entryPoints = [join(LOAD, 'main.ts')]
  const plugins = [withLibrariesOutside, withPlacesOfSources]
  await build({ entryPoints, outfile: file, bundle: true, platform: 'node', format: 'esm', plugins, logLevel: 'error' })
  return { file, remove: () => rm(folder, { recursive: true }) }
}

const withLibrariesOutside: Plugin = {
  name: 'libraries outside',
  setup: ({ onResolve }) => {
    onResolve({ filter: /^[^./]/ }, ({ kind, path }) =>
      kind === 'entry-point' || path.startsWith('@ecommerce/') ? undefined : { path, external: true },
    )
  },
}

/** The modules open files beside their own source, such as the pages and the program of the threads. */
const withPlacesOfSources: Plugin = {
  name: 'places of sources',
  setup: ({ onLoad }) => {
    onLoad({ filter: /\.ts$/ }, async ({ path }) => ({
      loader: 'ts',
      contents: (await readFile(path, 'utf8'))
        .replaceAll('import.meta.dirname', JSON.stringify(dirname(path)))
        .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href)),
    }))
  },
}
