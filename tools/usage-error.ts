/** Wrong arguments of a command. The message ends with the right ones. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
  readonly code = 'usage'

  constructor(problem: string, usage: string) {
    super(`${problem}. Usage: ${usage}`)
  }
}
