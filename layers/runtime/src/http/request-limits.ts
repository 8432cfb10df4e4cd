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

/**
 * The limits of the work for a request: its deadline is `deadlineMs` after it arrived, but never later than the end of the
 * invocation. The clock of a gateway may differ from this one: a time in the future counts as now.
 */
export function limitsOf(
  { requestContext: { timeEpoch } }: APIGatewayProxyEventV2,
  context: HostedContext,
  { deadlineMs, now }: { readonly deadlineMs: number; readonly now: number },
): CallLimits & { readonly deadline: number } {
  const isCurrent = timeEpoch <= now && now - timeEpoch < LONGEST_WAIT_MS
  const endsAt = now + context.getRemainingTimeInMillis() - LAMBDA_MARGIN_MS
  const deadline = Math.min((isCurrent ? timeEpoch : now) + deadlineMs, endsAt)
  return context.caller === undefined ? { deadline } : { deadline, isGone: context.caller.isGone }
}
