import { readFileSync } from 'node:fs'

/** A file that identifies the servers of an instance is damaged or unreadable. The message names the file and the remedy. */
export class InstanceFileError extends Error {
  override readonly name = 'InstanceFileError'
  readonly code = 'instance-file'
}

/**
 * The text of a file; undefined when it does not exist.
 * @throws {InstanceFileError} when it cannot be read
 */
export function readInstanceFile(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    const remedy =
      code === 'EISDIR'
        ? `Remove that folder: rm -r ${quote(file)}`
        : `Make it readable for this user: sudo chown $(id -un) ${quote(file)} && chmod u+rw ${quote(file)}`
    throw new InstanceFileError(`${file} cannot be read (${code}). ${remedy}`, { cause: error })
  }
}

/** A path as one word of a shell command. */
export function quote(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`
}
