import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { sampleResults } from '../testing/sample-results'
import { openFolder } from './results-folder'
import { writeResults } from './write-results'

let root: string

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'load-results-'))
})

afterEach(async () => {
  await rm(root, { recursive: true })
})

it('writes the results and the report of a run to its own folder, and nothing else', async () => {
  const folder = await openFolder(join(root, 'results'), 'run-1')
  const results = sampleResults({ repetitions: 1 })

  const files = await writeResults(folder.path, results, '<!doctype html>')

  expect(await readdir(folder.path)).toEqual(['report.html', 'results.json'])
  expect(JSON.parse(await readFile(files.results, 'utf8'))).toEqual(results)
  expect(await readFile(files.report, 'utf8')).toBe('<!doctype html>')
})

it('creates the folder again if it was deleted during the run', async () => {
  const folder = await openFolder(join(root, 'results'), 'run-1')
  await rm(join(root, 'results'), { recursive: true })

  await writeResults(folder.path, sampleResults({ repetitions: 1 }), '<!doctype html>')

  expect(await readdir(folder.path)).toEqual(['report.html', 'results.json'])
})

it('says in one line that something else has the name of the deleted folder', async () => {
  const folder = await openFolder(root, 'run-1')
  await rm(folder.path, { recursive: true })
  await writeFile(folder.path, '')

  await expect(writeResults(folder.path, sampleResults(), '')).rejects.toThrow(/^cannot write to .*run-1: ENOTDIR.*$/)
})

// Every write to /dev/full fails as on a full disk.
it.runIf(process.platform === 'linux')('leaves no partial file on a full disk, and says so in one line', async () => {
  const folder = await openFolder(root, 'run-1')
  await symlink('/dev/full', join(folder.path, 'results.json.unfinished'))

  await expect(writeResults(folder.path, sampleResults(), '')).rejects.toThrow(/^cannot write to .*run-1: ENOSPC.*$/)

  expect(await readdir(folder.path)).toEqual(['results.json.unfinished'])
})
