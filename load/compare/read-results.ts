import { readFile } from 'node:fs/promises'
import { RESULTS_SCHEMA, type Results } from '../results'
import { resultsSchema } from '../results-schema'

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

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw new ResultsFileError(error instanceof Error ? error.message : String(error), { cause: error })
  }
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new ResultsFileError(`${path} is not valid JSON`, { cause: error })
  }
}

function schemaOf(json: unknown): string | undefined {
  if (typeof json !== 'object' || json === null || !('schema' in json)) return undefined
  return typeof json.schema === 'string' ? json.schema : undefined
}
