import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { helpText } from './command-line/help'
import { EXIT_CODES } from './exit-codes'

const ROWS = Object.values(EXIT_CODES)

it('are all different, and only a broken promise or a missed objective has 1', () => {
  expect(new Set(ROWS.map(({ code }) => code)).size).toBe(ROWS.length)
  expect(ROWS.filter(({ code }) => code === 1)).toEqual([EXIT_CODES.fail])
})

it('are listed in the documentation and in the help, in the same words', async () => {
  const guide = await readFile(join(import.meta.dirname, '..', 'docs', 'load-testing.md'), 'utf8')
  const documented = [...guide.matchAll(/^\| (\d+) \| (.+) \|$/gm)].map(([, code, means]) => ({
    code: Number(code),
    means,
  }))

  expect(documented).toEqual(ROWS)
  for (const { code, means } of ROWS) {
    expect(helpText().split('\n')).toContainEqual(expect.stringMatching(new RegExp(`^ +${code} +${means}$`)))
  }
})
