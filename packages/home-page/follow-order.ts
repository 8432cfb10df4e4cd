import type { OrderRequest } from './order-request'
import { type Problem, ProblemError, type Reply, type Timeline, toProblem } from './shop-api'

/** What the page knows of one order. */
export interface Attempt {
  readonly request: OrderRequest
  readonly state: AttemptState
  readonly reply?: Reply
  readonly problem?: Problem
  readonly orderId?: string
  readonly timeline?: Timeline
  /** Why there is no response, or why the order cannot be followed at the moment. */
  readonly failure?: string
  /** The order has been pending for unusually long. */
  readonly isSlow?: boolean
}

export type AttemptState =
  | 'sending'
  /** Accepted, and not yet processed. */
  | 'pending'
  | 'confirmed'
  | 'rejected'
  /** The shop responded with a problem. */
  | 'refused'
  /** The response was lost: the shop may have accepted the order. */
  | 'unknown'

export interface FollowParts {
  send(request: OrderRequest): Promise<Reply>
  getTimeline(orderId: string): Promise<Timeline>
  wait(ms: number): Promise<void>
  nowMs(): number
  /** Whether the page still shows this order. */
  isShown(): boolean
}

const FIRST_WAIT_MS = 40
const LONGEST_WAIT_MS = 2_000
const SLOW_AFTER_MS = 10_000
/** A dead letter stays pending. */
const GIVE_UP_AFTER_MS = 300_000

/** Sends an order and follows it to its commit. Calls `show` after every change. */
export async function placeAndFollow(
  request: OrderRequest,
  parts: FollowParts,
  show: (attempt: Attempt) => void,
): Promise<Attempt> {
  let attempt: Attempt = { request, state: 'sending' }
  const change = (changes: Partial<Attempt>) => {
    attempt = { ...attempt, ...changes }
    show(attempt)
    return attempt
  }
  change({})
  let reply: Reply
  try {
    reply = await parts.send(request)
  } catch (error) {
    return change({ state: 'unknown', failure: messageOf(error) })
  }
  if (reply.status >= 300) {
    const problem = toProblem(reply.status, reply.body)
    return change({ state: 'refused', reply, problem, ...(problem.order_id && { orderId: problem.order_id }) })
  }
  const { id } = JSON.parse(reply.body) as { id: string }
  change({ state: 'pending', reply, orderId: id })
  return follow(id, parts, change)
}

async function follow(
  orderId: string,
  parts: FollowParts,
  change: (changes: Partial<Attempt>) => Attempt,
): Promise<Attempt> {
  const startedAtMs = parts.nowMs()
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 1.6, LONGEST_WAIT_MS)) {
    const { timeline, failure } = await timelineOf(orderId, parts)
    if (timeline && timeline.status !== 'pending') {
      return change({ state: timeline.status === 'rejected' ? 'rejected' : 'confirmed', timeline, failure: '' })
    }
    const elapsedMs = parts.nowMs() - startedAtMs
    const attempt = change({ failure: failure ?? '', isSlow: elapsedMs > SLOW_AFTER_MS })
    if (elapsedMs > GIVE_UP_AFTER_MS || !parts.isShown()) return attempt
    await parts.wait(waitMs)
  }
}

/** A failure is temporary: the order is accepted, and the next request may succeed. */
async function timelineOf(
  orderId: string,
  { getTimeline }: FollowParts,
): Promise<{ timeline?: Timeline; failure?: string }> {
  try {
    return { timeline: await getTimeline(orderId) }
  } catch (error) {
    return { failure: messageOf(error) }
  }
}

function messageOf(error: unknown): string {
  if (error instanceof ProblemError) return error.problem.detail
  const isTimeout = error instanceof Error && error.name === 'TimeoutError'
  return isTimeout ? 'The shop did not respond in time.' : 'The shop does not respond.'
}
