import { existsSync } from 'node:fs'
import { cp, mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as esbuild from 'esbuild'
import swaggerUi from 'swagger-ui-dist'
import { renderDocsPage } from './docs-page.mjs'
import { LEAN, RARELY_LOADED, withoutRarelyLoaded } from './lean-bundles.mjs'
import { readManifest } from './manifest.mjs'
import { notices } from './notices.mjs'
import { renderStatusPage } from './status-page.mjs'

const ROOT = join(import.meta.dirname, '..', '..', '..')
const DIST = join(ROOT, 'dist')

/** What is deployed; `testing` never is. */
const LAYERS = ['domain', 'adapters', 'runtime']

/** CommonJS, because Lambda finds the modules of a layer for `require` only (NODE_PATH), not for `import`. */
/** @type {esbuild.BuildOptions} */
const OPTIONS = {
  absWorkingDir: ROOT,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  // What is imported when it is needed comes from a layer too.
  supported: { 'dynamic-import': false },
  define: { 'import.meta.dirname': '__dirname' },
  sourcemap: true,
  sourcesContent: false,
  // A process keeps the text of what it has loaded. Names stay: they are those of stack traces and errors.
  minifyWhitespace: true,
  minifySyntax: true,
  plugins: LEAN,
  logLevel: 'warning',
  metafile: true,
  plugins: [notices()],
}

/**
 * Builds what runs, on a desk and on Lambda alike, into `dist/`:
 *
 * - `layers/<name>/nodejs/node_modules/@ecommerce/<name>`: each package in one file an entry, its libraries inside;
 * - `functions/`: one file per source file, the layers left out, `composition/` shared by all;
 * - `node_modules/@ecommerce/*`: links to the layers, where Lambda has /opt;
 * - `function-host/` and `manifest.json`: what serves the functions without the framework, and what it has to know;
 * - `setup/`: what fills the servers of a deployment, with the migrations.
 */
export async function build() {
  const target = `${DIST}.${process.pid}`
  const old = `${target}.old`
  try {
    await Promise.all([
      ...LAYERS.map((name) => buildLayer(name, target)),
      buildFunctions(target),
      buildHost(target),
      buildSetup(target),
    ])
    await replaceDirectory(DIST, target, old)
  } finally {
    await rm(target, { recursive: true, force: true })
  }
}

/**
 * At once: functions of a running server may be loaded from here at any moment.
 * @param {string} path @param {string} next @param {string} old
 */
async function replaceDirectory(path, next, old) {
  if (existsSync(path)) await rename(path, old)
  try {
    await rename(next, path)
  } catch (error) {
    // Another build was between our two renames: replace what it has just put there.
    if (!existsSync(path)) throw error
    await rm(old, { recursive: true, force: true })
    return replaceDirectory(path, next, old)
  }
  await rm(old, { recursive: true, force: true })
}

/** @param {string} name @param {string} dist */
async function buildLayer(name, dist) {
  const source = join(ROOT, 'layers', name)
  const target = join(dist, 'layers', name, 'nodejs', 'node_modules', '@ecommerce', name)
  /** @type {{ name: string, version: string, exports: Record<string, string> }} */
  const manifest = JSON.parse(await readFile(join(source, 'package.json'), 'utf8'))
  const entries = Object.entries(manifest.exports).map(([subpath, file]) => ({
    subpath,
    file,
    output: subpath === '.' ? 'index' : subpath.slice(2),
  }))

  await esbuild.build({
    ...OPTIONS,
    bundle: true,
    external: ['@ecommerce/*'],
    entryPoints: [
      ...entries.map(({ file, output }) => ({ in: join(source, file), out: output })),
      ...(name === 'adapters' ? Object.entries(RARELY_LOADED).map(([out, file]) => ({ in: file, out })) : []),
    ],
    plugins: name === 'adapters' ? [...LEAN, withoutRarelyLoaded] : LEAN,
    outdir: target,
  })
  const exports = Object.fromEntries(entries.map(({ subpath, output }) => [subpath, `./${output}.js`]))
  await writeJson(join(target, 'package.json'), { name: manifest.name, version: manifest.version, exports })
  await link(target, join(dist, 'node_modules', manifest.name))
}

/** @param {string} dist */
async function buildFunctions(dist) {
  const source = join(ROOT, 'functions')
  const files = await readdir(source, { recursive: true })
  await esbuild.build({
    ...OPTIONS,
    entryPoints: files
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
      .map((file) => join(source, file)),
    outbase: source,
    outdir: join(dist, 'functions'),
    // Its files become docs.html.
    plugins: [notices([swaggerUi.getAbsoluteFSPath()])],
  })
  // Beside every handler: serverless-offline looks for the nearest package.json at every invocation.
  const directories = ['.', ...files.filter((file) => !file.includes('.'))]
  await Promise.all(
    directories.map((directory) => writeJson(join(dist, 'functions', directory, 'package.json'), { type: 'commonjs' })),
  )
  await writeFile(join(dist, 'functions', 'operations', 'docs.html'), await renderDocsPage())
  await writeFile(join(dist, 'functions', 'operations', 'status.html'), await renderStatusPage())
}

/**
 * With all libraries inside, those of the event sources in a file of their own: a service without consumers never loads
 * it. @param {string} dist
 */
async function buildHost(dist) {
  const source = join(ROOT, 'packages', 'function-host', 'src')
  const target = join(dist, 'function-host')
  const eventSources = join(ROOT, 'packages', 'serverless-offline-brokers', 'src', 'without-framework.ts')
  await esbuild.build({
    ...OPTIONS,
    bundle: true,
    external: ['@ecommerce/*', './consumers.js'],
    alias: { 'serverless-offline-brokers/without-framework': eventSources },
    entryPoints: { index: join(source, 'main.ts'), consumers: join(source, 'consumers.ts') },
    outdir: target,
  })
  await writeJson(join(target, 'package.json'), { type: 'commonjs' })
  await writeJson(join(dist, 'manifest.json'), await readManifest())
}

/** @param {string} dist */
async function buildSetup(dist) {
  const target = join(dist, 'setup')
  await esbuild.build({
    ...OPTIONS,
    bundle: true,
    external: ['@ecommerce/*'],
    entryPoints: { index: join(ROOT, 'infra', 'setup', 'main.ts') },
    outdir: target,
  })
  await writeJson(join(target, 'package.json'), { type: 'commonjs' })
  await cp(join(ROOT, 'infra', 'mysql', 'migrations'), join(target, 'migrations'), { recursive: true })
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

// No top-level await: Serverless loads this file with `require`, which refuses modules that have one.
if (process.argv[1] === fileURLToPath(import.meta.url)) build()
