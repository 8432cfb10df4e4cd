import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sampleResults } from '../testing/sample-results'
import { assertDifferent, readResults } from './read-results'

const VALID = JSON.stringify(sampleResults({ repetitions: 1 }))

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'load-compare-'))
})

afterAll(async () => {
  await rm(folder, { recursive: true })
})

async function fileOf(text: string): Promise<string> {
  const path = join(folder, 'results.json')
  await writeFile(path, text)
  return path
}

describe('a file to compare', () => {
  it('is read if it has the results of a run', async () => {
    expect(await readResults(await fileOf(VALID))).toEqual(JSON.parse(VALID))
  })

  it.each<[string, string, RegExp]>([
    ['is empty', '', /results\.json is empty$/],
    ['is truncated', VALID.slice(0, 1_000), /results\.json is incomplete$/],
    ['is another text', '<html>', /results\.json is not valid JSON$/],
    ['is other JSON', '[]', /contains no results of a load run$/],
    ['is JSON of another program', '{"schema":7}', /contains no results of a load run$/],
    [
      'has an earlier version',
      VALID.replace('ecommerce-load-results/3', 'ecommerce-load-results/2'),
      /has the schema ecommerce-load-results\/2, but only ecommerce-load-results\/3 is supported$/,
    ],
    ['lacks a member', VALID.replace('"verdict"', '"verdikt"'), /is damaged: verdict: /],
  ])('is refused in one line if it %s', async (_, text, message) => {
    const path = await fileOf(text)

    await expect(readResults(path)).rejects.toThrow(message)
    await expect(readResults(path)).rejects.toThrow(/^.*$/)
  })

  it.each<[string, RegExp, boolean?]>([
    ['/no/such/results.json', /^\/no\/such\/results\.json does not exist$/],
    [tmpdir(), /is a folder: compare needs the results\.json in it$/],
    ['/dev/zero', /^\/dev\/zero is not a file$/, process.platform === 'linux'],
  ])('is refused in one line if it is %s', async (path, message, isPossible = true) => {
    if (isPossible) await expect(readResults(path)).rejects.toThrow(message)
  })

  it('is refused if it is the same as the other', async () => {
    const path = await fileOf(VALID)
    await symlink(path, join(folder, 'link.json'))

    await expect(assertDifferent(path, join(folder, 'link.json'))).rejects.toThrow(
      /are the same file: compare needs two runs$/,
    )
    await expect(assertDifferent(path, join(folder, 'missing.json'))).resolves.toBeUndefined()
  })
})
