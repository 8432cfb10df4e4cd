import { parseArgs } from 'node:util'
import { UsageError } from '../usage-error'

const USAGE = 'npm run dev -- [--inspect[=port]]'
const DEFAULT_INSPECTOR_PORT = 9229

export interface DevOptions {
  /** The port of the inspector; none: no debugger can attach. */
  readonly inspectorPort?: number
}

/** @throws {UsageError} */
export function parseCommandLine(args: readonly string[]): DevOptions {
  const inspect = readInspect(args.map((argument) => (argument === '--inspect' ? '--inspect=' : argument)))
  if (inspect === undefined) return {}
  const inspectorPort = inspect === '' ? DEFAULT_INSPECTOR_PORT : Number(inspect)
  if (Number.isInteger(inspectorPort) && inspectorPort >= 1 && inspectorPort <= 65_535) return { inspectorPort }
  throw new UsageError('The port of the inspector is a number from 1 to 65535', USAGE)
}

function readInspect(args: readonly string[]): string | undefined {
  try {
    return parseArgs({ args: [...args], options: { inspect: { type: 'string' } } }).values.inspect
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message.replace(/\.$/, '') : String(error), USAGE)
  }
}
