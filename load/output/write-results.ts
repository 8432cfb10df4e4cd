import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Results } from '../results'

/** Files could not be written; the message is one line. */
export class OutputError extends Error {
  override readonly name = 'OutputError'
  readonly code = 'output'

  constructor(folder: string, cause: unknown) {
    super(`cannot write to ${folder}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}

/**
 * Makes the folder of a run and tries it, before minutes are spent on figures that nobody can keep.
 * @throws {OutputError}
 */
export async function openFolder(out: string, runId: string): Promise<string> {
  const folder = join(out, runId)
  await during(folder, async () => {
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, '.probe'), 'x')
    await rm(join(folder, '.probe'))
  })
  return folder
}

export interface WrittenFiles {
  readonly results: string
  readonly report: string
}

/** A file is there complete or not at all. @throws {OutputError} */
export async function writeResults(folder: string, results: Results, report: string): Promise<WrittenFiles> {
  const files = { results: join(folder, 'results.json'), report: join(folder, 'report.html') }
  await during(folder, async () => {
    await writeWhole(files.results, `${JSON.stringify(results, undefined, 1)}\n`)
    await writeWhole(files.report, report)
  })
  return files
}

/** Of a run that never began. */
export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true })
}

async function writeWhole(path: string, text: string): Promise<void> {
  const unfinished = `${path}.unfinished`
  await writeFile(unfinished, text)
  await rename(unfinished, path)
}

async function during(folder: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    throw new OutputError(folder, error)
  }
}
