/** What a trace says of an error: never its message, which may quote what a customer sent. */
export function errorTypeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  return 'code' in error && typeof error.code === 'string' ? error.code : error.constructor.name || error.name
}
