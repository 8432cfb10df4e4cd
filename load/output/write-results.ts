import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Results } from '../results'

/** Files cannot be written; the message is one line. */
export class OutputError extends Error {
  override readonly name = 'OutputError'
  readonly code = 'output'

  constructor(folder: string, cause: unknown) {
    super(`cannot write to ${folder}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}

/**
 * Creates the folder of a run and writes to it once, so that a run does not measure for minutes and then lose its
 * results.
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

/** Writes each file completely or not at all. @throws {OutputError} */
export async function writeResults(folder: string, results: Results, report: string): Promise<WrittenFiles> {
  const files = { results: join(folder, 'results.json'), report: join(folder, 'report.html') }
  await during(folder, async () => {
    await writeWhole(files.results, `${JSON.stringify(results, undefined, 1)}\n`)
    await writeWhole(files.report, report)
  })
  return files
}

/** Removes the folder of a run that never started. */
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
