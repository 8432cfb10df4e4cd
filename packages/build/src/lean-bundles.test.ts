import { decode, encode } from '@jridgewell/sourcemap-codec'
import { describe, expect, it } from 'vitest'
import { withoutLibraries } from './lean-bundles.mjs'

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
