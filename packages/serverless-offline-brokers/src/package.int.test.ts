import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { builtinModules } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, posix } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const run = promisify(execFile)
const PACKAGE = dirname(import.meta.dirname)

interface Manifest {
  readonly main: string
  readonly types: string
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>
  readonly dependencies: Readonly<Record<string, string>>
  readonly peerDependencies: Readonly<Record<string, string>>
}

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
    const { main, types, exports } = manifest
    const targets = Object.values(exports).flatMap((entry) =>
      typeof entry === 'string' ? entry : Object.values(entry),
    )

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
