import type { ChildProcess } from 'node:child_process'
import type { Interface } from 'node:readline'
import { exitError } from './crash-guard'

/** How the Python process of serverless-offline marks a result in its output. */
const RESULT = '__offline_payload__'
/** Marks a result that is false in JavaScript, so that serverless-offline accepts it. */
const FALSY = '__serverless_offline_brokers_falsy__'
const ERROR_TAIL_CHARACTERS = 8_000

/**
 * serverless-offline does not notice that the Python process of a function ends, as it does when a handler raises an error.
 * It also waits without end for results that are false in JavaScript: None, 0, False, an empty string.
 */
export function watchPython(child: ChildProcess, ended: (error: Error) => void): void {
  let errors = ''
  child.once('error', ended)
  child.once('exit', (code, signal) => {
    const end = () => ended(pythonError(errors) ?? exitError(code, signal))
    // The traceback may arrive after the exit.
    if (child.stderr === null || child.stderr.readableEnded || child.stderr.destroyed) end()
    else child.stderr.once('close', end)
  })
  // The streams and the line reader exist once the process has started.
  child.once('spawn', () => {
    child.stderr?.on('data', (text: Buffer) => {
      errors = (errors + text).slice(-ERROR_TAIL_CHARACTERS)
    })
    // A write to a process that has ended fails. Its exit is reported above.
    child.stdin?.on('error', () => undefined)
    // serverless-offline keeps its line reader there.
    const { readline } = child.stdout as { readonly readline?: Interface }
    readline?.on('line', (line) => {
      const result = resultOf(line)
      if (result !== undefined && !result.value)
        readline.emit('line', JSON.stringify({ [RESULT]: { [FALSY]: result.value } }))
    })
  })
}

/** Restores a result that `watchPython` has marked. */
export function unmarkFalsy(result: unknown): unknown {
  return isMarked(result) ? result[FALSY] : result
}

function isMarked(result: unknown): result is { readonly [FALSY]: unknown } {
  return typeof result === 'object' && result !== null && FALSY in result
}

function resultOf(line: string): { readonly value: unknown } | undefined {
  if (!line.startsWith(`{"${RESULT}"`)) return undefined
  try {
    const parsed: unknown = JSON.parse(line)
    return typeof parsed === 'object' && parsed !== null && RESULT in parsed ? { value: parsed[RESULT] } : undefined
  } catch {
    return undefined
  }
}

/** The error at the end of a traceback: the lines that are not indented, such as `ValueError: no good`. */
function pythonError(output: string): Error | undefined {
  const traceback = output.slice(output.lastIndexOf('Traceback (most recent call last)')).trimEnd()
  if (!traceback.startsWith('Traceback')) return undefined
  const [, ...lines] = traceback.split('\n')
  const text = lines.slice(lines.findIndex((line) => !line.startsWith(' '))).join('\n')
  const [, name = 'Error', message = name] = /^([\w.]+)(?:: ([\s\S]*))?$/.exec(text) ?? []
  const error = new Error(message)
  error.name = name
  error.stack = traceback
  return error
}
