import { createHash } from 'node:crypto'
import type { OutgoingMessage } from '../message'

/** The reason why a message can never succeed. */
export interface DeadLetterCause {
  /** Stable, for example `invalid-message`. */
  readonly code: string
  readonly detail: string
}

/** A message that was consumed and can never succeed. */
export interface DeadMessage {
  /** The topic or queue. */
  readonly source: string
  /** Partition and offset. A queue has no positions. */
  readonly position?: string | undefined
  readonly id?: string | undefined
  readonly key?: string | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** The headers that a consumer adds to a dead letter. */
export const DEAD_LETTER_HEADERS = {
  cause: 'dead-letter-cause',
  detail: 'dead-letter-detail',
  source: 'dead-letter-source',
  position: 'dead-letter-position',
  at: 'dead-letter-at',
  /** Added to a replay: the number of failures before it. */
  replay: 'dead-letter-replay',
} as const

const MAX_DETAIL = 1_000

/** The message to publish to the dead letters: the consumed one, with the cause in its headers. */
export function deadLettered(message: DeadMessage, cause: DeadLetterCause, at: Date): OutgoingMessage {
  return {
    id: messageIdOf(message),
    key: message.key ?? '',
    body: message.body,
    headers: {
      ...message.headers,
      [DEAD_LETTER_HEADERS.cause]: cause.code,
      [DEAD_LETTER_HEADERS.detail]: cause.detail.slice(0, MAX_DETAIL),
      [DEAD_LETTER_HEADERS.source]: message.source,
      [DEAD_LETTER_HEADERS.position]: message.position ?? '',
      [DEAD_LETTER_HEADERS.at]: at.toISOString(),
    },
  }
}

/**
 * An id that is the same for every delivery of the message: its own id, else one made of its position, else one made of
 * its body. Limit: messages in a queue that have no id and equal bodies count as one message.
 */
export function messageIdOf({ id, source, position, body }: DeadMessage): string {
  return id || `${source}-${position ?? createHash('sha256').update(body).digest('hex').slice(0, 32)}`
}
