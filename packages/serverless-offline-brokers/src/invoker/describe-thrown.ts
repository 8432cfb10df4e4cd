import { inspect } from 'node:util'
import type { ThrownValue } from './function-call'

/** Describes anything that can be thrown, also values that are no errors. Never throws itself. */
export function describeThrown(value: unknown): ThrownValue {
  try {
    const detail = inspect(value)
    if (!(value instanceof Error)) return { name: typeof value, message: messageOfValue(value, detail), detail }
    return { name: String(value.name), message: String(value.message || value.name), detail }
  } catch {
    // A getter or a proxy of the function threw.
    return { name: typeof value, message: 'a value that cannot be shown', detail: 'a value that cannot be shown' }
  }
}

function messageOfValue(value: unknown, detail: string): string {
  return typeof value === 'string' ? value : detail
}

/** An error of this process with the text of one that was thrown elsewhere. */
export function toError({ name, message, detail }: ThrownValue): Error {
  const error = new Error(message)
  error.name = name
  error.stack = detail
  return error
}
