import { AppError } from '../errors'
import type { AsyncChannel } from '../orders/order'
import type { DeadLetterCause } from './dead-letter-message'

export const DEAD_LETTER_STATUSES = ['open', 'replayed', 'discarded'] as const
export type DeadLetterStatus = (typeof DEAD_LETTER_STATUSES)[number]

/** A message that could not be processed, stored until somebody replays or discards it. */
export interface DeadLetter {
  /** A hash of broker, source, message id and body: the same for every failure of the message. */
  readonly id: string
  readonly broker: AsyncChannel
  /** The topic or queue in which it was published. */
  readonly source: string
  /** Partition and offset at the last failure. A queue has no positions. */
  readonly position?: string | undefined
  /** See `messageIdOf`. A replay has the same id. */
  readonly messageId: string
  readonly key?: string | undefined
  /** The headers of the original message. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** The cause of the last failure. */
  readonly cause: DeadLetterCause
  readonly status: DeadLetterStatus
  /** 1, plus the number of replays that failed again. */
  readonly failures: number
  readonly firstFailedAt: Date
  readonly lastFailedAt: Date
  /** Oldest first. */
  readonly actions: readonly DeadLetterAction[]
}

/** A replay or discard of a dead letter. */
export interface DeadLetterAction {
  readonly kind: Exclude<DeadLetterStatus, 'open'>
  /** The id of the request. It leads to the entry in the access log. */
  readonly by: string
  readonly at: Date
  /** The user id of the caller. Undefined in an open shop. */
  readonly actedBy?: string | undefined
}

/** A dead letter in a list. */
export type DeadLetterSummary = Omit<DeadLetter, 'headers' | 'body' | 'actions'>

export type DeadLetterCount = Readonly<Record<AsyncChannel, number>>

export interface DeadLetterQuery {
  readonly status?: DeadLetterStatus | undefined
  readonly broker?: AsyncChannel | undefined
  /** The code of the cause of the last failure. */
  readonly cause?: string | undefined
  readonly limit: number
  readonly cursor?: string | undefined
}

/** The dead letter is not open any more. */
export class DeadLetterSettledError extends AppError {
  readonly code = 'dead-letter-settled'

  constructor(status: DeadLetterStatus) {
    super(`This dead letter was already ${status}.`)
  }
}

/** @throws {DeadLetterSettledError} */
export function assertOpen({ status }: Pick<DeadLetter, 'status'>): void {
  if (status !== 'open') throw new DeadLetterSettledError(status)
}
