import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { decode, encode } from '@jridgewell/sourcemap-codec'
import * as esbuild from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LEAN, RARELY_LOADED, withoutLibraries, withoutRarelyLoaded } from './lean-bundles.mjs'

const require = createRequire(import.meta.url)

const LIBRARY = '../node_modules/zod/index.js'

describe('a source map without libraries', () => {
  const map = withoutLibraries({
    version: 3,
    sources: [LIBRARY, '../src/order.ts'],
    mappings: encode([
      [
        [0, 0, 0, 0],
        [5, 0, 1, 0],
        [10, 1, 7, 2],
        [15, 1, 8, 2],
        [20, 0, 2, 0],
        [25, 0, 3, 0],
      ],
      [[0, 1, 9, 0]],
    ]),
  })

  it('names our own sources only', () => {
    expect(map.sources).toEqual(['../src/order.ts'])
  })

  it('keeps the lines and columns of our own code, and ends each mapping where a library begins', () => {
    expect(decode(map.mappings)).toEqual([[[10, 0, 7, 2], [15, 0, 8, 2], [20]], [[0, 0, 9, 0]]])
  })
})

describe('a bundle of mysql2', () => {
  let folder: string
  let errorCodeOf: (errno: number) => string
  const isLoaded = (file: string) => Object.keys(require.cache).includes(join(folder, file))

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ecommerce-bundle-'))
    const packets = join(dirname(require.resolve('mysql2/package.json')), 'lib', 'packets', 'index.js')
    await esbuild.build({
      platform: 'node',
      format: 'cjs',
      bundle: true,
      sourcemap: true,
      entryPoints: [
        ...Object.entries(RARELY_LOADED).map(([out, file]) => ({ in: file, out })),
        { in: packets, out: 'packets' },
      ],
      outdir: folder,
      plugins: [...LEAN, withoutRarelyLoaded],
    })
    const { Error: ErrorPacket } = require(join(folder, 'packets.js'))
    errorCodeOf = (errno) => ErrorPacket.toPacket({ code: errno, message: 'failed' }, 'utf8').asError('utf8').code
  })

  afterAll(async () => {
    for (const file of Object.keys(require.cache)) if (file.startsWith(folder)) delete require.cache[file]
    await rm(folder, { recursive: true })
  })

  it('loads the names of the error codes at the first error of the server', () => {
    expect(isLoaded('packets.js')).toBe(true)
    expect(isLoaded('mysql-error-codes.js')).toBe(false)

    expect(errorCodeOf(1_062)).toBe('ER_DUP_ENTRY')
    expect(errorCodeOf(1_213)).toBe('ER_LOCK_DEADLOCK')

    expect(isLoaded('mysql-error-codes.js')).toBe(true)
  })

  it('does not load the character sets and certificates that it leaves out', () => {
    expect(isLoaded('character-encodings.js')).toBe(false)
    expect(isLoaded('rds-certificates.js')).toBe(false)
    expect(Object.keys(require(join(folder, 'rds-certificates.js')).default)).toContain('ca')
    expect(Object.keys(require(join(folder, 'character-encodings.js')))).toContain('cp437')
  })
})
