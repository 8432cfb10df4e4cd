/** The parts of an error of esbuild that are used here. Its lines start at 1, its columns at 0. */
interface BuildMessage {
  readonly text: string
  readonly location: { readonly file: string; readonly line: number; readonly column: number } | null
}

/** One `file:line:column: message` per compile error; for any other error its stack. */
export function formatBuildError(error: unknown): string {
  if (hasMessages(error)) return error.errors.map(formatMessage).join('\n')
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

function formatMessage({ text, location }: BuildMessage): string {
  return location === null ? text : `${location.file}:${location.line}:${location.column + 1}: ${text}`
}

function hasMessages(error: unknown): error is Error & { readonly errors: readonly BuildMessage[] } {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors) && error.errors.every(isMessage)
}

function isMessage(value: unknown): value is BuildMessage {
  return typeof value === 'object' && value !== null && 'text' in value && 'location' in value
}
