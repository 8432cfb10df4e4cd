import { existsSync } from 'node:fs'
import { cp, mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as esbuild from 'esbuild'
import { renderDocsPage } from './docs-page.mjs'
import { LEAN, RARELY_LOADED, withoutRarelyLoaded } from './lean-bundles.mjs'
import { readManifest } from './manifest.mjs'
import { notices } from './notices.mjs'
import { renderPage } from './page.mjs'

const ROOT = join(import.meta.dirname, '..', '..', '..')
const DIST = join(ROOT, 'dist')

const require = createRequire(import.meta.url)

/** The packages that are deployed as Lambda layers. */
const LAYERS = ['domain', 'adapters', 'runtime']

const PLUGINS = [...LEAN, notices()]

/**
 * Options of every bundle. CommonJS, because Lambda finds the modules of a layer only for `require` (NODE_PATH), not
 * for `import`.
 * @type {esbuild.BuildOptions}
 */
const OPTIONS = {
  absWorkingDir: ROOT,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  // A dynamic import can name a layer too, so it becomes a `require`.
  supported: { 'dynamic-import': false },
  define: { 'import.meta.dirname': '__dirname' },
  sourcemap: true,
  sourcesContent: false,
  logLevel: 'warning',
  metafile: true,
  plugins: PLUGINS,
}

/**
 * What a build is for. A deployment contains its libraries. Development leaves them in the `node_modules` of the
 * checkout, because a reload must neither bundle nor load them again, and reports errors to its caller.
 * @typedef {'deployment' | 'development'} Purpose
 */
/** @type {Readonly<Record<Purpose, esbuild.BuildOptions>>} */
const OPTIONS_BY_PURPOSE = {
  // A process keeps the text of the modules that it has loaded. Names stay readable in stack traces and errors.
  deployment: { ...OPTIONS, minifyWhitespace: true, minifySyntax: true },
  development: { ...OPTIONS, logLevel: 'silent' },
}

/** @typedef {Readonly<Record<string, import('./page.mjs').Page>>} Pages the pages by their names */

/**
 * Builds everything that runs, on a desk and on Lambda alike, into `dist/`:
 *
 * - `layers/`, `functions/` and `node_modules/`: see `buildShop`;
 * - `function-host/` and `manifest.json`: the program that serves the functions without the framework, and its input;
 * - `setup/`: the program that prepares the servers of a deployment, with the migrations.
 */
export async function build() {
  const target = `${DIST}.${process.pid}`
  const old = `${target}.old`
  try {
    await Promise.all([
      renderPages().then((pages) => buildShop(target, 'deployment', pages)),
      buildHost(target),
      buildSetup(target),
    ])
    await replaceDirectory(DIST, target, old)
  } finally {
    await rm(target, { recursive: true, force: true })
  }
}

/**
 * Builds the functions and the layers:
 *
 * - `layers/<name>/nodejs/node_modules/@ecommerce/<name>`: each layer, one file per entry;
 * - `functions/`: one file per source file, without the layers;
 * - `node_modules/@ecommerce/*`: links to the layers, where Lambda has /opt.
 * @param {string} target @param {Purpose} purpose @param {Pages} pages
 * @throws {esbuild.BuildFailure}
 */
export async function buildShop(target, purpose, pages) {
  const parts = [...LAYERS.map((name) => buildLayer(name, target, purpose)), buildFunctions(target, purpose, pages)]
  // Nothing is written any more when this fails, so that the caller can remove the folder.
  await Promise.allSettled(parts)
  await Promise.all(parts)
}

/** The pages that the operations functions serve. @returns {Promise<Pages>} */
export async function renderPages() {
  const [home, docs, status] = await Promise.all([renderPage('home'), renderDocsPage(), renderPage('status')])
  return { home, docs, status }
}

/**
 * Replaces a directory atomically: a running server may load functions from it at any moment.
 * @param {string} path @param {string} next @param {string} old
 */
async function replaceDirectory(path, next, old) {
  if (existsSync(path)) await rename(path, old)
  try {
    await rename(next, path)
  } catch (error) {
    // Another build ran between the two renames: replace its result.
    if (!existsSync(path)) throw error
    await rm(old, { recursive: true, force: true })
    return replaceDirectory(path, next, old)
  }
  await rm(old, { recursive: true, force: true })
}

/** @param {string} name @param {string} dist @param {Purpose} purpose */
async function buildLayer(name, dist, purpose) {
  const source = join(ROOT, 'layers', name)
  const target = join(dist, 'layers', name, 'nodejs', 'node_modules', '@ecommerce', name)
  /** @type {{ name: string, version: string, exports: Record<string, string>, dependencies?: Record<string, string> }} */
  const manifest = JSON.parse(await readFile(join(source, 'package.json'), 'utf8'))
  const entries = Object.entries(manifest.exports).map(([subpath, file]) => ({
    subpath,
    file,
    output: subpath === '.' ? 'index' : subpath.slice(2),
  }))

  const libraries = purpose === 'development' ? Object.keys(manifest.dependencies ?? {}).filter(isCommonJs) : []

  await esbuild.build({
    ...OPTIONS_BY_PURPOSE[purpose],
    bundle: true,
    external: ['@ecommerce/*', ...libraries.flatMap((library) => [library, `${library}/*`])],
    entryPoints: [
      ...entries.map(({ file, output }) => ({ in: join(source, file), out: output })),
      ...(name === 'adapters' ? Object.entries(RARELY_LOADED).map(([out, file]) => ({ in: file, out })) : []),
    ],
    plugins: [...PLUGINS, ...(name === 'adapters' ? [withoutRarelyLoaded] : [])],
    outdir: target,
  })
  // Without `exports`: Node finds the same files by their names, and loads none of its code for `exports`.
  await writeJson(join(target, 'package.json'), { name: manifest.name, version: manifest.version })
  await link(target, join(dist, 'node_modules', manifest.name))
}

/** Whether `require` loads a library as CommonJS. @param {string} library */
function isCommonJs(library) {
  if (library.startsWith('@ecommerce/')) return false
  /** @type {{ type?: string }} */
  const { type } = require(join(ROOT, 'node_modules', library, 'package.json'))
  return type !== 'module' || require.resolve(library).endsWith('.cjs')
}

/** @param {string} dist @param {Purpose} purpose @param {Pages} pages */
async function buildFunctions(dist, purpose, pages) {
  const source = join(ROOT, 'functions')
  const files = await readdir(source, { recursive: true })
  await esbuild.build({
    ...OPTIONS_BY_PURPOSE[purpose],
    entryPoints: files
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
      .map((file) => join(source, file)),
    outbase: source,
    outdir: join(dist, 'functions'),
    // The libraries of the pages.
    plugins: [...LEAN, notices(['swagger-ui-dist', 'uplot'])],
  })
  // In every folder of handlers: serverless-offline looks for the nearest package.json at every invocation.
  const directories = ['.', ...files.filter((file) => !file.includes('.'))]
  await Promise.all(
    directories.map((directory) => writeJson(join(dist, 'functions', directory, 'package.json'), { type: 'commonjs' })),
  )
  const operations = join(dist, 'functions', 'operations')
  await Promise.all(
    Object.entries(pages).flatMap(([name, { html, policy }]) => [
      writeFile(join(operations, `${name}.html`), html),
      writeFile(join(operations, `${name}.policy`), policy),
    ]),
  )
}

/**
 * Builds the function host with its libraries. The event sources have a file of their own, because a service without
 * consumers never loads them.
 * @param {string} dist
 */
async function buildHost(dist) {
  const source = join(ROOT, 'packages', 'function-host', 'src')
  const target = join(dist, 'function-host')
  const eventSources = join(ROOT, 'packages', 'serverless-offline-brokers', 'src', 'without-framework.ts')
  await esbuild.build({
    ...OPTIONS_BY_PURPOSE.deployment,
    bundle: true,
    external: ['@ecommerce/*', './consumers.js'],
    alias: { 'serverless-offline-brokers/without-framework': eventSources },
    entryPoints: [join(source, 'main.ts'), join(source, 'consumers.ts')],
    outdir: target,
  })
  await writeProgram(target)
  await writeJson(join(dist, 'manifest.json'), await readManifest())
}

/** @param {string} dist */
async function buildSetup(dist) {
  const target = join(dist, 'setup')
  await esbuild.build({
    ...OPTIONS_BY_PURPOSE.deployment,
    bundle: true,
    external: ['@ecommerce/*'],
    entryPoints: [join(ROOT, 'infra', 'setup', 'main.ts')],
    outdir: target,
  })
  await writeProgram(target)
  await cp(join(ROOT, 'infra', 'mysql', 'migrations'), join(target, 'migrations'), { recursive: true })
}

/**
 * Makes `node <folder>` run `main.js` with source maps. Node reads the source map of a file when it loads the file, so
 * they are enabled before `main.js` is loaded.
 * @param {string} folder
 */
async function writeProgram(folder) {
  await writeJson(join(folder, 'package.json'), { type: 'commonjs' })
  await writeFile(join(folder, 'index.js'), "process.setSourceMapsEnabled(true)\nrequire('./main.js')\n")
}

/** @param {string} path @param {unknown} content */
async function writeJson(path, content) {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, JSON.stringify(content, undefined, 2))
}

/** @param {string} target @param {string} path */
async function link(target, path) {
  await mkdir(dirname(path), { recursive: true })
  await symlink(relative(dirname(path), target), path, 'dir')
}

// No top-level await: the framework loads this file with `require`, which refuses modules with top-level await.
if (process.argv[1] === fileURLToPath(import.meta.url)) build()
