import { execFile } from 'node:child_process'
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { builtinModules } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, posix } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'

const run = promisify(execFile)
const PACKAGE = dirname(import.meta.dirname)

interface Manifest {
  readonly main: string
  readonly types: string
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>
  /** For TypeScript with the module resolution `node10`, which does not read `exports`. */
  readonly typesVersions: { readonly '*': Readonly<Record<string, readonly string[]>> }
  readonly dependencies: Readonly<Record<string, string>>
  readonly peerDependencies: Readonly<Record<string, string>>
}

const PROGRAM = `
import { openEventSources, type EventSourceService } from 'serverless-offline-brokers/without-framework'
import * as plugin from 'serverless-offline-brokers'

const service: EventSourceService = { name: 'shop', region: 'eu-central-1', functions: {}, settings: {} }
const log = { notice() {}, info() {}, warning() {}, error() {} }
const sources = await openEventSources(service, { invoke: async () => null, log })
export const count: number = sources.pollers.length
export const entry: object = plugin.default
// @ts-expect-error The types are known, not any.
export const wrong: string = sources.pollers.length
`

let directory: string
/** Paths inside the tarball, without its leading `package/`. */
let files: readonly string[]
let manifest: Manifest

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'packed-'))
  await run('npm', ['pack', '--silent', '--pack-destination', directory], { cwd: PACKAGE })
  const [tarball = ''] = await readdir(directory)
  const { stdout } = await run('tar', ['-xvzf', join(directory, tarball), '-C', directory])
  files = stdout
    .trim()
    .split('\n')
    .map((path) => path.replace(/^package\//, ''))
  manifest = JSON.parse(await readPacked('package.json'))
})

afterAll(() => rm(directory, { recursive: true, force: true }))

function readPacked(path: string): Promise<string> {
  return readFile(join(directory, 'package', path), 'utf8')
}

/** The module specifiers that a file imports, requires or exports from. */
async function importsOf(path: string): Promise<string[]> {
  const text = await readPacked(path)
  return [...text.matchAll(/(?:\bfrom |\bimport\(|\brequire\(|^import )["']([^"']+)["']/gm)].map(
    ([, name]) => name ?? '',
  )
}

function packageNameOf(specifier: string): string {
  const [scope = '', name = ''] = specifier.split('/')
  return scope.startsWith('@') ? `${scope}/${name}` : scope
}

describe('the packed package', () => {
  it('contains every file that main, types and exports point to', () => {
    const { main, types, exports, typesVersions } = manifest
    const targets = [
      ...Object.values(exports).flatMap((entry) => (typeof entry === 'string' ? entry : Object.values(entry))),
      ...Object.values(typesVersions['*']).flat(),
    ]

    expect(targets.length).toBeGreaterThan(0)
    expect(files).toEqual(expect.arrayContaining([main, types, ...targets].map((target) => posix.normalize(target))))
  })

  it('contains what was built and its documents, and no source or test', () => {
    const documents = ['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json']
    const isBuilt = (path: string) => /^dist\/([\w-]+\.js|package\.json|types\/.*\.d\.ts)$/.test(path)

    expect(files.filter((path) => !isBuilt(path)).sort()).toEqual(documents)
  })

  it('has types that refer only to files in it', async () => {
    const declarations = files.filter((path) => path.endsWith('.d.ts'))
    for (const path of declarations) {
      const relative = (await importsOf(path)).filter((specifier) => specifier.startsWith('.'))
      const targets = relative.map((specifier) => `${posix.join(posix.dirname(path), specifier)}.d.ts`)
      expect(files, path).toEqual(expect.arrayContaining(targets))
    }
  })

  it('has types for both entries, for TypeScript in a program of a stranger', async () => {
    // Inside of the repository, so that TypeScript finds the types of the dependencies.
    const program = await mkdtemp(join(PACKAGE, 'dist', 'program-'))
    onTestFinished(() => rm(program, { recursive: true, force: true }))
    await cp(join(directory, 'package'), join(program, 'node_modules', 'serverless-offline-brokers'), {
      recursive: true,
    })
    await writeFile(join(program, 'package.json'), '{ "type": "module" }')
    await writeFile(join(program, 'program.ts'), PROGRAM)
    const options = ['--noEmit', '--strict', '--target', 'es2022', '--types', 'node', '--ignoreConfig']

    for (const [module, resolution] of [
      ['nodenext', 'nodenext'],
      ['esnext', 'bundler'],
    ]) {
      const args = ['tsc', ...options, '--module', module ?? '', '--moduleResolution', resolution ?? '', 'program.ts']
      const { stdout } = await run('npx', args, { cwd: program }).catch((error) => error)
      expect(stdout, resolution).toBe('')
    }
  })

  it('loads nothing but Node, its dependencies and its peers', async () => {
    const allowed = new Set([...Object.keys(manifest.dependencies), ...Object.keys(manifest.peerDependencies)])
    const built = files.filter((path) => path.endsWith('.js') || path.endsWith('.d.ts'))
    const specifiers = (await Promise.all(built.map(importsOf))).flat()
    const external = specifiers.filter((specifier) => !specifier.startsWith('.') && !specifier.startsWith('node:'))

    const undeclared = external
      .map(packageNameOf)
      .filter((name) => !allowed.has(name) && !builtinModules.includes(name))
    expect(new Set(undeclared)).toEqual(new Set())
    expect(external).toContain('kafkajs')
  })
})
