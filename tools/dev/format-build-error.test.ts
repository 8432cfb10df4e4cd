import * as esbuild from 'esbuild'
import { describe, expect, it } from 'vitest'
import { formatBuildError } from './format-build-error'

async function errorOf(source: string): Promise<unknown> {
  const options = { contents: source, sourcefile: 'functions/example.ts', resolveDir: '.' }
  try {
    return await esbuild.build({ stdin: options, bundle: true, write: false, logLevel: 'silent' })
  } catch (error) {
    return error
  }
}

describe('a build error', () => {
  it('names the file, the line and the column as an editor counts them', async () => {
    expect(formatBuildError(await errorOf('const a = 1\nconst = 2'))).toBe(
      'functions/example.ts:2:7: Expected identifier but found "="',
    )
  })

  it('has one line per problem', async () => {
    const error = await errorOf("import './missing-a'\nimport './missing-b'")

    expect(formatBuildError(error).split('\n')).toEqual([
      'functions/example.ts:1:8: Could not resolve "./missing-a"',
      'functions/example.ts:2:8: Could not resolve "./missing-b"',
    ])
  })

  it('is shown with its stack when it is not a compile error', () => {
    expect(formatBuildError(new Error('disk full'))).toMatch(/^Error: disk full\n {4}at .*format-build-error\.test\.ts/)
  })
})
