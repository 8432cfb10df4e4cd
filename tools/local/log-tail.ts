import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs'

const TAIL_BYTES = 64 * 1_024

/** The last lines of a log. Reads only the end of the file. */
export function lastLines(file: string, count: number): string[] {
  if (!existsSync(file)) return []
  const log = openSync(file, 'r')
  try {
    const { size } = fstatSync(log)
    const length = Math.min(size, TAIL_BYTES)
    const buffer = Buffer.alloc(length)
    readSync(log, buffer, 0, length, size - length)
    return buffer.toString('utf8').trimEnd().split('\n').slice(-count)
  } finally {
    closeSync(log)
  }
}

/** The last line of a log, and its path. */
export function lastLine(file: string): string {
  return `${lastLines(file, 1)[0] || 'its log is empty'} (${file})`
}
