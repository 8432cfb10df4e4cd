import { rename, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { createFolder, OutputError } from './results-folder'

export interface WrittenFiles {
  readonly results: string
  readonly report: string
}

/**
 * Writes each file completely or not at all. Creates the folder again if it was deleted during the run.
 * @throws {OutputError}
 */
export async function writeResults(folder: string, results: object, report: string): Promise<WrittenFiles> {
  const files = { results: join(folder, 'results.json'), report: join(folder, 'report.html') }
  try {
    await createFolder(resolve(folder))
    await writeWhole(files.results, `${JSON.stringify(results, undefined, 1)}\n`)
    await writeWhole(files.report, report)
  } catch (error) {
    throw new OutputError(folder, error)
  }
  return files
}

async function writeWhole(path: string, text: string): Promise<void> {
  const unfinished = `${path}.unfinished`
  await writeFile(unfinished, text)
  await rename(unfinished, path)
}
