/** The command line is not valid; the message is one line. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
  readonly code = 'usage'
}
