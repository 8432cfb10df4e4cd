import { createHash } from 'node:crypto'
import type { OutgoingMessage } from '../message'

/** Why a message can never succeed. */
export interface DeadLetterCause {
  /** Stable, for example `invalid-message`. */
  readonly code: string
  readonly detail: string
}

/** A message as it was consumed. */
export interface DeadMessage {
  readonly source: string
  readonly position?: string | undefined
  readonly id?: string | undefined
  readonly key?: string | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** The headers that a dead letter carries besides its own. */
export const DEAD_LETTER_HEADERS = {
  cause: 'dead-letter-cause',
  detail: 'dead-letter-detail',
  source: 'dead-letter-source',
  position: 'dead-letter-position',
  at: 'dead-letter-at',
  /** On a replay, and on whatever becomes of it: how often the message had failed by then. */
  replay: 'dead-letter-replay',
} as const

const MAX_DETAIL = 1_000

/** A message on its way to the dead letters: as it came, with the cause in its headers. */
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
 * The message's own id, or else one made of where it was, or else of what it says: the same each time it is delivered.
 * A queue has no positions, so of messages there that have no id and equal bodies nobody can tell how many there are.
 */
export function messageIdOf({ id, source, position, body }: DeadMessage): string {
  return id || `${source}-${position ?? createHash('sha256').update(body).digest('hex').slice(0, 32)}`
}
