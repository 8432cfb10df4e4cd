import { randomUUID } from 'node:crypto'
import type { Context } from 'aws-lambda'

export interface ContextSource {
  readonly functionName: string
  readonly region: string
  readonly memoryLimitMb: number
  readonly timeoutMs: number
}

/** The client of an HTTP request. */
export interface Caller {
  /** Whether it has closed its connection. */
  readonly isGone: () => boolean
}

/** The second argument of a handler, new for each invocation as on Lambda. */
export class LambdaContext implements Context {
  readonly awsRequestId = randomUUID()
  readonly functionName: string
  readonly functionVersion = '$LATEST'
  readonly invokedFunctionArn: string
  readonly memoryLimitInMB: string
  readonly logGroupName: string
  readonly logStreamName = 'function-host'
  callbackWaitsForEmptyEventLoop = true
  readonly #deadline: number

  /** @param caller an addition of this host, undefined if no client waits */
  constructor(
    { functionName, region, memoryLimitMb, timeoutMs }: ContextSource,
    readonly caller?: Caller,
  ) {
    this.functionName = functionName
    this.invokedFunctionArn = `arn:aws:lambda:${region}:000000000000:function:${functionName}`
    this.memoryLimitInMB = String(memoryLimitMb)
    this.logGroupName = `/aws/lambda/${functionName}`
    this.#deadline = performance.now() + timeoutMs
    // Callers may detach it from this object.
    this.getRemainingTimeInMillis = () => Math.max(0, Math.round(this.#deadline - performance.now()))
  }

  getRemainingTimeInMillis: () => number

  // From the Node.js 0.10 runtime; Lambda still has them.
  done(): void {}
  fail(): void {}
  succeed(): void {}
}
