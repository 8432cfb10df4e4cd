import type { CallLimits } from '@ecommerce/domain'
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda'

/** The context of an invocation. The function host adds the client of the request. */
export type HostedContext = Pick<Context, 'getRemainingTimeInMillis'> & {
  readonly caller?: { readonly isGone: () => boolean } | undefined
}

/** No gateway waits longer for a response. An older event is a recorded one, for example that of a test. */
const LONGEST_WAIT_MS = 30_000

/** The time that Lambda needs to return a response, once the function has it. */
const LAMBDA_MARGIN_MS = 100

export interface RequestTimes {
  /** From the arrival of a request to its deadline. */
  readonly deadlineMs: number
  /** The system clock, by which the event says when the request arrived. */
  readonly wallNow: number
  /** `steadyNow`, by which the deadline is given. */
  readonly now: number
}

/**
 * The limits of the work for a request: its deadline is `deadlineMs` after it arrived, but never later than the end of the
 * invocation. The clock of a gateway may differ from this one: a time in the future counts as now.
 */
export function limitsOf(
  { requestContext: { timeEpoch } }: APIGatewayProxyEventV2,
  context: HostedContext,
  { deadlineMs, wallNow, now }: RequestTimes,
): CallLimits & { readonly deadline: number } {
  const ageMs = wallNow - timeEpoch
  const waitedMs = ageMs >= 0 && ageMs < LONGEST_WAIT_MS ? ageMs : 0
  const deadline = now + Math.min(deadlineMs - waitedMs, context.getRemainingTimeInMillis() - LAMBDA_MARGIN_MS)
  return context.caller === undefined ? { deadline } : { deadline, isGone: context.caller.isGone }
}
