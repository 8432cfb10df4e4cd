import { type Channel, channelName } from '@ecommerce/look/channels'
import { formatLatency } from '@ecommerce/look/format'
import type { Tone } from '@ecommerce/look/icons'
import type { Attempt, AttemptState } from './follow-order'
import type { Problem } from './shop-api'

/** What a channel does, before the first order. */
export const DESCRIPTIONS: Readonly<Record<Channel, string>> = {
  sync: 'The shop commits the order, then responds 201.',
  kafka: 'Kafka confirms the message, the shop responds 202, and a consumer commits the order.',
  rabbitmq: 'RabbitMQ confirms the message, the shop responds 202, and a consumer commits the order.',
}

export const STATE_WORDS: Readonly<Record<AttemptState, string>> = {
  sending: 'Sending',
  pending: 'Pending',
  confirmed: 'Confirmed',
  rejected: 'Rejected',
  refused: 'Not accepted',
  unknown: 'No response',
}

export const STATE_TONES: Readonly<Record<AttemptState, Tone | undefined>> = {
  sending: undefined,
  pending: undefined,
  confirmed: 'good',
  rejected: 'doubtful',
  refused: 'bad',
  unknown: 'bad',
}

/** What happened to an order, as sentences that need no picture. */
export function summaryOf({ state, request, reply, problem, timeline, failure, isSlow }: Attempt): string {
  switch (state) {
    case 'sending':
      return 'The request is on its way.'
    case 'unknown':
      return `${failure} It is not known whether the order was accepted.`
    case 'refused':
      return `${statusLine(reply?.status, problem)} after ${formatLatency(reply?.responseMs)}. ${problem?.detail ?? ''}`
    case 'pending':
      return `${accepted(request.channel, reply)} ${pendingText(isSlow === true, failure)}`
    case 'confirmed':
      return `${accepted(request.channel, reply)} ${committed(timeline)}`
    case 'rejected':
      return `${accepted(request.channel, reply)} The consumer rejected the order ${ms(timeline?.stages?.accepted_to_committed_ms)} later.`
  }
}

const SAME_KEY = 'The same Idempotency-Key is used, so at most one order is placed.'

/** What the reader can do now. Empty when there is nothing to do. */
export function adviceOf({ state, problem, request }: Attempt): string {
  if (state === 'unknown') {
    return `Try again. ${SAME_KEY}`
  }
  if (state === 'rejected' || problem?.type === '/problems/insufficient-stock') {
    return 'The product is sold out. Add stock, or choose another product.'
  }
  if (state !== 'refused') return ''
  switch (problem?.type) {
    case '/problems/unavailable':
      return request.channel === 'sync'
        ? `The order was not accepted. Try again when the status page says that MySQL responds. ${SAME_KEY}`
        : `The order was not accepted. The other channels do not need this broker. Try again later. ${SAME_KEY}`
    case '/problems/overloaded':
      return 'The order was not accepted. Try again in a second.'
    case '/problems/unknown-product':
      return 'The product was deleted. Choose another one.'
    default:
      return `The order was not accepted. The request id ${problem?.request_id ?? ''} is in the log of the shop.`
  }
}

/** Whether the same request may have another outcome now. It has the same key, so it places at most one order. */
export function canRepeat({ state, reply }: Attempt): boolean {
  return state === 'unknown' || (state === 'refused' && reply?.status === 503)
}

/** For a screen reader, when an order has reached its end. */
export function newsOf(attempt: Attempt): string {
  return `${channelName(attempt.request.channel)}: ${STATE_WORDS[attempt.state]}. ${summaryOf(attempt)} ${adviceOf(attempt)}`.trim()
}

function accepted(channel: Channel, reply: Attempt['reply']): string {
  const who = channel === 'sync' ? 'The shop' : `${channelName(channel)} has confirmed the message, and the shop`
  return `${who} responded ${reply?.status} after ${formatLatency(reply?.responseMs)}.`
}

function pendingText(isSlow: boolean, failure: string | undefined): string {
  if (failure) return `${failure} The order is accepted, and this page keeps checking it.`
  if (!isSlow) return 'The order is pending until its consumer has placed it.'
  return 'The order is still in the broker, and it is safe there. The status page shows the backlog and the dead letters.'
}

function committed(timeline: Attempt['timeline']): string {
  const stages = timeline?.stages
  if (!stages) return 'The order is committed.'
  const { accepted_to_consumed_ms: consumedMs, consumed_to_committed_ms: placementMs } = stages
  const parts =
    consumedMs > 0 ? ` (${ms(consumedMs)} until a consumer received it, ${ms(placementMs)} for its commit)` : ''
  return `The order was committed ${ms(stages.accepted_to_committed_ms)} after acceptance${parts}.`
}

function statusLine(status: number | undefined, problem: Problem | undefined): string {
  return `${status} ${problem?.title ?? ''}`.trim()
}

/** The shop reports whole milliseconds. */
function ms(value: number | undefined): string {
  return value !== undefined && value < 1 ? 'less than 1 ms' : `${value} ms`
}
