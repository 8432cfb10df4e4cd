import type { CallLimits } from '@ecommerce/domain'
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda'

/** What the function host adds to the event of a request. */
export interface HostedEvent {
  /** Whether the client has closed its connection. */
  readonly isGone?: () => boolean
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
  { requestContext: { timeEpoch }, isGone }: APIGatewayProxyEventV2 & HostedEvent,
  context: Pick<Context, 'getRemainingTimeInMillis'>,
  { deadlineMs, now }: { readonly deadlineMs: number; readonly now: number },
): CallLimits & { readonly deadline: number } {
  const isCurrent = timeEpoch <= now && now - timeEpoch < LONGEST_WAIT_MS
  const endsAt = now + context.getRemainingTimeInMillis() - LAMBDA_MARGIN_MS
  const deadline = Math.min((isCurrent ? timeEpoch : now) + deadlineMs, endsAt)
  return isGone === undefined ? { deadline } : { deadline, isGone }
}
