import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'

/**
 * @typedef {object} Library
 * @property {string} name
 * @property {string} version
 * @property {string} license an SPDX expression
 * @property {readonly string[]} texts the content of its licence and notice files
 */

const LICENSE_FILE = /^(licen[cs]e|notice|copying)(\W|$)|\.LICENSE\.txt$/i

/**
 * esbuild plugin: writes `THIRD-PARTY-NOTICES.txt` and `sbom.cdx.json` beside a bundle, for the libraries in it. Writes
 * nothing when there are none. Needs the option `metafile`.
 * @param {readonly string[]} names of libraries that come into the output without esbuild
 * @returns {import('esbuild').Plugin}
 */
export function notices(names = []) {
  return {
    name: 'notices',
    setup({ initialOptions: { absWorkingDir = '.', outdir = '.' }, onEnd }) {
      onEnd(async ({ metafile }) => {
        if (metafile === undefined) return
        const bundled = libraryFolders(metafile).map((folder) => resolve(absWorkingDir, folder))
        const { resolve: locate } = createRequire(resolve(absWorkingDir, 'package.json'))
        const others = names.map((name) => dirname(locate(`${name}/package.json`)))
        const libraries = await Promise.all([...new Set([...bundled, ...others])].map(readLibrary))
        if (libraries.length > 0) await writeNotices(resolve(absWorkingDir, outdir), sorted(libraries))
      })
    },
  }
}

/** @param {import('esbuild').Metafile} metafile @returns {string[]} */
function libraryFolders({ outputs }) {
  return Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs)
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      // The last node_modules in the path: a library may have libraries of its own.
      .flatMap(([path]) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0] ?? []),
  )
}

/** @param {string} folder @returns {Promise<Library>} @throws {Error} for a library without a licence */
async function readLibrary(folder) {
  /** @type {{ name: string, version: string, license?: string }} */
  const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
  if (license === undefined) throw new Error(`${name} ${version} has no licence: it cannot be distributed`)
  const files = (await readdir(folder)).filter((file) => LICENSE_FILE.test(file)).sort()
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))
  return { name, version, license, texts: texts.map((text) => text.trim()) }
}

/** @param {readonly Library[]} libraries */
function sorted(libraries) {
  return [...new Map(libraries.map((library) => [keyOf(library), library])).values()].sort((a, b) =>
    keyOf(a) < keyOf(b) ? -1 : 1,
  )
}

/** @param {Library} library */
function keyOf({ name, version }) {
  return `${name}@${version}`
}

/** @param {string} folder @param {readonly Library[]} libraries */
async function writeNotices(folder, libraries) {
  await mkdir(folder, { recursive: true })
  await Promise.all([
    writeFile(join(folder, 'THIRD-PARTY-NOTICES.txt'), toNotices(libraries)),
    writeFile(join(folder, 'sbom.cdx.json'), JSON.stringify(toBom(libraries), undefined, 2)),
  ])
}

/** @param {readonly Library[]} libraries */
function toNotices(libraries) {
  const line = '-'.repeat(80)
  const entries = libraries.map(({ name, version, license, texts }) =>
    [line, `${name} ${version}`, `Licence: ${license}`, ...texts].join('\n\n'),
  )
  return `This software contains the following libraries.\n\n${entries.join('\n\n')}\n`
}

/**
 * A CycloneDX document. It has no timestamp and no serial number, so equal builds write equal files.
 * @param {readonly Library[]} libraries
 */
function toBom(libraries) {
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.5.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    components: libraries.map((library) => ({
      type: 'library',
      'bom-ref': keyOf(library),
      name: library.name,
      version: library.version,
      purl: `pkg:npm/${library.name.replace('@', '%40')}@${library.version}`,
      licenses: [{ expression: library.license }],
    })),
  }
}
