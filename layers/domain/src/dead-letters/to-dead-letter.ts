import { createHash } from 'node:crypto'
import type { OutgoingMessage } from '../message'
import type { AsyncChannel } from '../orders/order'
import { EARLIEST_TIME } from '../plausible-time'
import type { DeadLetter } from './dead-letter'
import { DEAD_LETTER_HEADERS, type DeadLetterCause, type DeadMessage, messageIdOf } from './dead-letter-message'

/** A message that was consumed from the dead letters of its broker. */
export interface ConsumedDeadLetter extends DeadMessage {
  readonly broker: AsyncChannel
}

/** What the headers say about the failure. */
interface Failure {
  readonly source: string
  readonly position?: string | undefined
  readonly cause: DeadLetterCause
  readonly at: Date
}

/**
 * These limits make every result fit into the store. A dead letter that cannot be stored would be delivered forever.
 */
const MAX_SOURCE = 255
const MAX_POSITION = 64
const MAX_DETAIL = 1_000
/** The limit of AMQP. MySQL's JSON accepts names of up to 64 KiB. */
const MAX_HEADER_NAME = 255
const CAUSE_CODE = /^[\w.-]{1,64}$/

/**
 * Headers that our consumers and RabbitMQ add to a dead letter. A replay must not repeat them: they report an old
 * failure.
 */
const ADDED_HEADERS = /^(dead-letter-|x-((first|last)-)?death|x-delivery-count$|x-acquired-count$)/

/** Reads a dead letter from its message. A consumer has published it, or RabbitMQ itself has dead-lettered it. */
export function toDeadLetter(message: ConsumedDeadLetter, receivedAt: Date): DeadLetter {
  const { broker, key, headers, body } = message
  const failure = failureOf(message, receivedAt)
  const source = failure.source.slice(0, MAX_SOURCE)
  const position = failure.position?.slice(0, MAX_POSITION)
  const messageId = messageIdOf({ ...message, source, position })
  return {
    id: idOf([broker, source, messageId], body),
    broker,
    source,
    position,
    messageId,
    key: key === '' ? undefined : key,
    headers: ownHeaders(headers, messageId),
    body,
    cause: {
      code: CAUSE_CODE.test(failure.cause.code) ? failure.cause.code : 'unknown',
      detail: failure.cause.detail.slice(0, MAX_DETAIL),
    },
    status: 'open',
    failures: failuresBefore(headers) + 1,
    firstFailedAt: failure.at,
    lastFailedAt: failure.at,
    actions: [],
  }
}

/**
 * The original message. One more header holds the number of failures, so that a new failure differs from a repeated
 * one.
 */
export function replayOf({ messageId, key = '', body, headers, failures }: DeadLetter): OutgoingMessage {
  return { id: messageId, key, body, headers: { ...headers, [DEAD_LETTER_HEADERS.replay]: String(failures) } }
}

function failureOf({ headers, source, position }: ConsumedDeadLetter, receivedAt: Date): Failure {
  const code = headers[DEAD_LETTER_HEADERS.cause]
  if (code !== undefined) {
    return {
      source: headers[DEAD_LETTER_HEADERS.source] ?? source,
      position: headers[DEAD_LETTER_HEADERS.position] || undefined,
      cause: { code, detail: headers[DEAD_LETTER_HEADERS.detail] ?? '' },
      at: timeOf(headers[DEAD_LETTER_HEADERS.at], receivedAt),
    }
  }
  const reason = headers['x-first-death-reason']
  if (reason !== undefined) {
    return {
      source: headers['x-first-death-queue'] ?? source,
      cause: { code: `rabbitmq-${reason}`, detail: `RabbitMQ dead-lettered the message: ${reason}` },
      at: receivedAt,
    }
  }
  return {
    source,
    position,
    cause: { code: 'unknown', detail: 'The message has no header with a cause.' },
    at: receivedAt,
  }
}

/** `Date.parse` alone accepts much more. For example, it reads `1` as the year 2001. */
const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/

/** An invalid or implausible time, or one in the future, is replaced by `latest`. */
function timeOf(text: string | undefined, latest: Date): Date {
  const at = new Date(text !== undefined && ISO_TIME.test(text) ? text : Number.NaN)
  return at >= EARLIEST_TIME && at <= latest ? at : latest
}

function failuresBefore(headers: DeadMessage['headers']): number {
  const text = headers[DEAD_LETTER_HEADERS.replay] ?? ''
  return /^\d{1,6}$/.test(text) ? Number(text) : 0
}

/** Kafka messages have their id in a header. It is left out, because the publisher adds it again. */
function ownHeaders(headers: DeadMessage['headers'], messageId: string): Record<string, string> {
  const isOwn = ([name, value]: [string, string]) =>
    name.length <= MAX_HEADER_NAME && !ADDED_HEADERS.test(name) && !(name === 'message-id' && value === messageId)
  return Object.fromEntries(Object.entries(headers).filter(isOwn))
}

function idOf(names: readonly string[], body: Buffer): string {
  return createHash('sha256').update(JSON.stringify(names)).update(body).digest('hex').slice(0, 32)
}
