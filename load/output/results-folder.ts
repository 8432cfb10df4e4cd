import { lstat, mkdir, rm, rmdir, stat, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'

/** Files cannot be written; the message is one line. */
export class OutputError extends Error {
  override readonly name = 'OutputError'
  readonly code = 'output'

  constructor(folder: string, cause: unknown) {
    super(`cannot write to ${folder}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}

/** The folder of a run. */
export interface ResultsFolder {
  readonly path: string
  /** Removes the folder and those that were created for it, for a run that never started. */
  remove(): Promise<void>
}

/**
 * Creates the folder of a run and writes to it once, so that a run does not measure for minutes and then lose its
 * results.
 * @throws {OutputError}
 */
export async function openFolder(out: string, runId: string): Promise<ResultsFolder> {
  const path = join(out, runId)
  try {
    const created = await createFolder(resolve(path))
    await writeFile(join(path, '.probe'), 'x')
    await rm(join(path, '.probe'))
    return { path, remove: () => removeFolders(path, created) }
  } catch (error) {
    throw new OutputError(path, error)
  }
}

/**
 * Creates a folder and its missing parents, one by one: the recursive `mkdir` of Node never returns for a folder below
 * `/proc`, where a parent neither exists nor can be created.
 * @returns the created folders, the deepest one first
 */
export async function createFolder(path: string): Promise<readonly string[]> {
  const missing: string[] = []
  for (let folder = path; !(await isFolder(folder)); folder = dirname(folder)) missing.push(folder)
  const created: string[] = []
  for (const folder of missing.toReversed()) {
    await mkdir(folder)
    created.unshift(folder)
  }
  return created
}

/** @throws if something else has this name */
async function isFolder(path: string): Promise<boolean> {
  try {
    const found = await stat(path)
    if (!found.isDirectory()) throw new Error(`ENOTDIR: ${path} is not a folder`)
    return true
  } catch (error) {
    if (!isMissing(error)) throw error
    if (await isLink(path)) throw new Error(`ENOENT: ${path} is a symbolic link to nothing`, { cause: error })
    return false
  }
}

async function isLink(path: string): Promise<boolean> {
  return lstat(path).then(
    (found) => found.isSymbolicLink(),
    () => false,
  )
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

async function removeFolders(path: string, created: readonly string[]): Promise<void> {
  await rm(path, { recursive: true, force: true })
  // Another run may have created its folder beside this one.
  for (const folder of created.slice(1)) await rmdir(folder).catch(() => undefined)
}
