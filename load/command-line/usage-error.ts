/** The command line asks for something that does not exist or makes no sense; the message is one line. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
  readonly code = 'usage'
}
