import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import * as esbuild from 'esbuild'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { notices } from './notices.mjs'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'notices-'))
})

afterEach(() => rm(folder, { recursive: true }))

describe('the notices of a bundle', () => {
  it('contain the name, version, licence and licence text of each bundled library', async () => {
    await library('node_modules/apple', { license: 'MIT' }, 'Copyright of apple')
    await library('node_modules/@fruit/pear', { license: 'Apache-2.0 OR MIT' }, 'Copyright of pear')

    await bundle("import 'apple'; import '@fruit/pear'")

    const text = await output('THIRD-PARTY-NOTICES.txt')
    for (const part of ['apple 1.0.0', 'Licence: MIT', 'Copyright of apple']) expect(text).toContain(part)
    for (const part of ['@fruit/pear 1.0.0', 'Licence: Apache-2.0 OR MIT', 'Copyright of pear']) {
      expect(text).toContain(part)
    }
  })

  it('contain both versions of a library that is bundled twice', async () => {
    await library('node_modules/apple/node_modules/pear', { license: 'MIT', version: '1.0.0' })
    await library('node_modules/apple', { license: 'MIT' }, '', "import 'pear'")
    await library('node_modules/pear', { license: 'MIT', version: '2.0.0' })

    await bundle("import 'apple'; import 'pear'")

    expect(await componentsOf()).toEqual(['apple@1.0.0', 'pear@1.0.0', 'pear@2.0.0'])
  })

  it('omit libraries that the bundle only imports', async () => {
    await library('node_modules/apple', { license: 'MIT' })

    await bundle("import 'apple'; import 'pear'", { external: ['pear'] })

    expect(await componentsOf()).toEqual(['apple@1.0.0'])
  })

  it('include libraries that reach the output without esbuild', async () => {
    await library('node_modules/pear', { license: 'MIT' })

    await bundle('', { plugins: [notices(['pear'])] })

    expect(await componentsOf()).toEqual(['pear@1.0.0'])
  })

  it('are not written without libraries', async () => {
    await bundle('console')

    expect(await readdir(join(folder, 'out'))).toEqual(['main.js'])
  })

  it('stop the build for a library without a licence', async () => {
    await library('node_modules/apple', {})

    await expect(bundle("import 'apple'")).rejects.toThrow('apple 1.0.0 has no licence')
  })
})

describe('the SBOM of a bundle', () => {
  it('is a CycloneDX document with a package URL for each library', async () => {
    await library('node_modules/@fruit/pear', { license: 'MIT' })

    await bundle("import '@fruit/pear'")

    expect(JSON.parse(await output('sbom.cdx.json'))).toMatchObject({
      bomFormat: 'CycloneDX',
      specVersion: '1.5',
      version: 1,
      components: [
        { type: 'library', purl: 'pkg:npm/%40fruit/pear@1.0.0', licenses: [{ expression: 'MIT' }], version: '1.0.0' },
      ],
    })
  })
})

async function library(path: string, manifest: object, license = '', code = ''): Promise<void> {
  const name = path.replace(/^.*node_modules\//, '')
  await write(`${path}/package.json`, JSON.stringify({ name, version: '1.0.0', main: 'index.js', ...manifest }))
  await write(`${path}/index.js`, `${code};globalThis.loaded = '${name}'`)
  if (license !== '') await write(`${path}/LICENSE.md`, license)
}

async function write(path: string, content: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true })
  await writeFile(join(folder, path), content)
}

async function bundle(code: string, options: esbuild.BuildOptions = {}): Promise<void> {
  await write('main.js', code)
  await esbuild.build({
    absWorkingDir: folder,
    entryPoints: ['main.js'],
    outdir: 'out',
    bundle: true,
    metafile: true,
    plugins: [notices()],
    logLevel: 'silent',
    ...options,
  })
}

function output(name: string): Promise<string> {
  return readFile(join(folder, 'out', name), 'utf8')
}

async function componentsOf(): Promise<string[]> {
  const { components } = JSON.parse(await output('sbom.cdx.json')) as { components: { 'bom-ref': string }[] }
  return components.map((component) => component['bom-ref'])
}
