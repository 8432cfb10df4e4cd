import { readFile, realpath, stat } from 'node:fs/promises'
import { RESULTS_SCHEMA, type Results } from '../results'
import { resultsSchema } from '../results-schema'
import { codeOf } from '../shop/failure-reason'

/** A file is missing or contains no valid results; the message is one line. */
export class ResultsFileError extends Error {
  override readonly name = 'ResultsFileError'
  readonly code = 'results-file'
}

/** @throws {ResultsFileError} */
export async function readResults(path: string): Promise<Results> {
  const json = parse(path, await read(path))
  const schema = schemaOf(json)
  if (schema === undefined) throw new ResultsFileError(`${path} contains no results of a load run`)
  if (schema !== RESULTS_SCHEMA) {
    throw new ResultsFileError(`${path} has the schema ${schema}, but only ${RESULTS_SCHEMA} is supported`)
  }
  const parsed = resultsSchema.safeParse(json)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new ResultsFileError(`${path} is damaged: ${issue?.path.join('.')}: ${issue?.message}`)
}

/** More than any run writes. Node cannot read longer texts. */
const MAX_BYTES = 500_000_000

async function read(path: string): Promise<string> {
  try {
    const found = await stat(path)
    // A device may have no end, and a pipe no writer.
    if (!found.isFile()) {
      const hint = found.isDirectory() ? ': compare needs the results.json in it' : ''
      throw new ResultsFileError(`${path} is ${found.isDirectory() ? 'a folder' : 'not a file'}${hint}`)
    }
    if (found.size > MAX_BYTES) throw new ResultsFileError(`${path} is too large for results of a load run`)
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof ResultsFileError) throw error
    const code = codeOf(error)
    const reason =
      code === 'ENOENT' ? 'does not exist' : `cannot be read: ${error instanceof Error ? error.message : code}`
    throw new ResultsFileError(`${path} ${reason}`, { cause: error })
  }
}

/** @throws {ResultsFileError} if both paths lead to one file: a comparison with itself proves nothing */
export async function assertDifferent(before: string, after: string): Promise<void> {
  const [first, second] = await Promise.all([before, after].map((path) => realpath(path).catch(() => undefined)))
  if (first !== undefined && first === second) {
    throw new ResultsFileError(`${before} and ${after} are the same file: compare needs two runs`)
  }
}

function parse(path: string, text: string): unknown {
  if (text.trim() === '') throw new ResultsFileError(`${path} is empty`)
  try {
    return JSON.parse(text)
  } catch (error) {
    // A truncated file starts as JSON does.
    const isCutOff = /^\s*\{/.test(text) && !/\}\s*$/.test(text)
    throw new ResultsFileError(`${path} is ${isCutOff ? 'incomplete' : 'not valid JSON'}`, { cause: error })
  }
}

function schemaOf(json: unknown): string | undefined {
  if (typeof json !== 'object' || json === null || !('schema' in json)) return undefined
  return typeof json.schema === 'string' ? json.schema : undefined
}
