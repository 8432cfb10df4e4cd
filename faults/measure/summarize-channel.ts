import type { Channel, OrderBalance } from '../../load/results'
import type { RecordedOrder } from '../../load/shop/bodies'
import type { ChannelOutcome } from '../results'
import { LIMITS } from './limits'
import { type Ending, endingOf, type TimedRequest } from './timed-request'

/** The times of a fault, in milliseconds since the epoch. */
export interface FaultTimes {
  readonly begunMs: number
  readonly endedMs: number
  /** When everything that the fault had changed was restored: recovery is measured from here. */
  readonly restoredMs: number
}

export interface ChannelEvidence {
  readonly channel: Channel
  readonly requests: readonly TimedRequest[]
  readonly recorded: ReadonlyMap<string, RecordedOrder>
  readonly balance: OrderBalance
  /** Accepted, and neither recorded nor dead-lettered. */
  readonly missing: readonly string[]
  readonly times: FaultTimes
  /** Whether the fault destroys what was accepted before it. */
  readonly destroysOrders: boolean
}

/** Messages that were on their way when the fault began may still be accepted this much later. */
const DESTROYED_WITHIN_MS = 1_000

export function summarizeChannel(evidence: ChannelEvidence): ChannelOutcome {
  const { channel, requests, balance } = evidence
  const counts: Record<Ending, number> = { accepted: 0, unavailable: 0, refused: 0, failed: 0, 'not-sent': 0 }
  const causes: Record<string, number> = {}
  let longestResponseMs = 0
  let longestSendDelayMs = 0
  for (const request of requests) {
    const ending = endingOf(request)
    counts[ending]++
    // A request that was still open at the end has waited at least this long.
    if (request.outcome !== 'dropped') {
      longestResponseMs = Math.max(longestResponseMs, request.doneMs - request.sentMs)
      longestSendDelayMs = Math.max(longestSendDelayMs, request.sentMs - request.dueMs)
    }
    if (ending === 'accepted' || ending === 'not-sent') continue
    const cause = causeOf(request)
    causes[cause] = (causes[cause] ?? 0) + 1
  }
  const destroyed = evidence.destroysOrders ? destroyedOf(evidence) : 0
  const recoveryMs = recoveryOf(evidence)
  return {
    channel,
    accepted: counts.accepted,
    unavailable: counts.unavailable,
    refused: counts.refused,
    failed: counts.failed,
    causes,
    lost: evidence.missing.length - destroyed,
    destroyed,
    doubled: balance.doubled,
    deadLettered: balance.deadLettered,
    longestResponseMs,
    longestSendDelayMs,
    longestGapMs: longestGapOf(requests),
    ...(recoveryMs !== undefined && { recoveryMs }),
  }
}

function causeOf({ status, cause }: TimedRequest): string {
  if (status === undefined) return cause ?? 'unknown'
  return cause === undefined || cause === String(status) ? String(status) : `${status} ${cause}`
}

function destroyedOf({ missing, requests, times }: ChannelEvidence): number {
  const acceptedAt = new Map(requests.flatMap(({ orderId, doneMs }) => (orderId ? [[orderId, doneMs]] : [])))
  return missing.filter((id) => (acceptedAt.get(id) ?? Number.POSITIVE_INFINITY) <= times.begunMs + DESTROYED_WITHIN_MS)
    .length
}

/** Undefined if the last requests were not accepted, or an order was never committed. */
function recoveryOf({ requests, recorded, missing, times, ...evidence }: ChannelEvidence): number | undefined {
  const served = requests.filter((request) => ['accepted', 'refused'].includes(endingOf(request)))
  const lastServedDueMs = Math.max(0, ...served.map(({ dueMs }) => dueMs))
  const troubled = requests.filter((request) => ['unavailable', 'failed'].includes(endingOf(request)))
  const lastTroubleMs = Math.max(0, ...troubled.map(({ dueMs }) => dueMs))
  if (lastTroubleMs >= lastServedDueMs) return undefined
  if (missing.length > 0 && !evidence.destroysOrders) return undefined
  let lastLateCommitMs = 0
  for (const { acceptedAtMs, committedAtMs } of recorded.values()) {
    if (committedAtMs - acceptedAtMs > LIMITS.commitMs) lastLateCommitMs = Math.max(lastLateCommitMs, committedAtMs)
  }
  return Math.max(0, lastTroubleMs - times.restoredMs, lastLateCommitMs - times.restoredMs)
}

/** A valid refusal also shows that the channel works. */
function longestGapOf(requests: readonly TimedRequest[]): number {
  const servedAt = requests
    .filter((request) => ['accepted', 'refused'].includes(endingOf(request)))
    .map(({ doneMs }) => doneMs)
    .sort((a, b) => a - b)
  let longest = 0
  for (let index = 1; index < servedAt.length; index++) {
    longest = Math.max(longest, (servedAt[index] ?? 0) - (servedAt[index - 1] ?? 0))
  }
  return longest
}
