import { AppError } from '../errors'
import type { AsyncChannel } from '../orders/order'
import type { DeadLetterCause } from './dead-letter-message'

export const DEAD_LETTER_STATUSES = ['open', 'replayed', 'discarded'] as const
export type DeadLetterStatus = (typeof DEAD_LETTER_STATUSES)[number]

/** A message that could not succeed, kept until somebody replays or discards it. */
export interface DeadLetter {
  /** Of broker, source, message id and body: the same message has the same id, however often it fails. */
  readonly id: string
  readonly broker: AsyncChannel
  /** The topic or queue it could not leave. */
  readonly source: string
  /** Where it was when it last failed; a queue has no positions. */
  readonly position?: string | undefined
  /** The id it came with, or one made for it; a replay carries it. */
  readonly messageId: string
  readonly key?: string | undefined
  /** Its own, without what was added on its way here. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** Of the last failure. */
  readonly cause: DeadLetterCause
  readonly status: DeadLetterStatus
  /** One, and one more for every replay that failed again. */
  readonly failures: number
  readonly firstFailedAt: Date
  readonly lastFailedAt: Date
  /** Oldest first. */
  readonly actions: readonly DeadLetterAction[]
}

/** What somebody did about a dead letter. */
export interface DeadLetterAction {
  readonly kind: Exclude<DeadLetterStatus, 'open'>
  /** The id of the request, by which the access log knows more. */
  readonly by: string
  readonly at: Date
}

/** As lists show it. */
export type DeadLetterSummary = Omit<DeadLetter, 'headers' | 'body' | 'actions'>

export type DeadLetterCount = Readonly<Record<AsyncChannel, number>>

export interface DeadLetterQuery {
  readonly status?: DeadLetterStatus | undefined
  readonly broker?: AsyncChannel | undefined
  /** The code of the last cause. */
  readonly cause?: string | undefined
  readonly limit: number
  readonly cursor?: string | undefined
}

/** Somebody has replayed or discarded it already. */
export class DeadLetterSettledError extends AppError {
  readonly code = 'dead-letter-settled'

  constructor(status: DeadLetterStatus) {
    super(`This dead letter was ${status} already.`)
  }
}

/** @throws {DeadLetterSettledError} */
export function assertOpen({ status }: Pick<DeadLetter, 'status'>): void {
  if (status !== 'open') throw new DeadLetterSettledError(status)
}
