/** The function threw an error, or ended its environment. Either is the `cause`. */
export class FunctionError extends Error {
  readonly code: string = 'FUNCTION_FAILED'

  constructor(functionKey: string, cause: unknown) {
    super(`${functionKey} failed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
    this.name = 'FunctionError'
  }
}

/** The function exceeded its timeout. In a worker it was terminated. In this process it may still be running. */
export class FunctionTimeoutError extends Error {
  readonly code = 'FUNCTION_TIMED_OUT'

  constructor(functionKey: string, timeoutMs: number) {
    super(`${functionKey} timed out after ${timeoutMs} ms`)
    this.name = 'FunctionTimeoutError'
  }
}

/** The largest response of a synchronous invocation, as Lambda names it in its error message. */
export const RESPONSE_LIMIT_BYTES = 6_291_556

/** @throws FunctionError named `Function.ResponseSizeTooLarge`, as Lambda names it. */
export function assertResponseSize(functionKey: string, bytes: number): void {
  if (bytes <= RESPONSE_LIMIT_BYTES) return
  const cause = new Error(
    `Response payload size (${bytes} bytes) exceeded maximum allowed payload size (${RESPONSE_LIMIT_BYTES} bytes).`,
  )
  cause.name = 'Function.ResponseSizeTooLarge'
  throw new FunctionError(functionKey, cause)
}
