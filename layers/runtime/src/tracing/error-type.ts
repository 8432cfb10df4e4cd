/** Returns the type of an error for a trace, but not its message, which may quote the input of a customer. */
export function errorTypeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  return 'code' in error && typeof error.code === 'string' ? error.code : error.constructor.name || error.name
}
