import { hash } from 'node:crypto'
import { AppError } from './errors'

/** A request with an idempotency key. A repetition has the same key and the same fingerprint. */
export interface IdempotentRequest {
  /** The `Idempotency-Key` of the client. */
  readonly key: string
  /** Distinguishes the request from others with the same key. See `fingerprintOf`. */
  readonly fingerprint: string
}

/** A hash of the content of a request. */
export function fingerprintOf(content: unknown): string {
  return hash('sha256', JSON.stringify(content), 'hex').slice(0, 32)
}

/**
 * The key of a caller among the keys of all callers. A comma cannot occur in the key of a client, so this key differs from
 * every key that was sent to an open shop.
 */
export function keyOfCaller(key: string, caller: string): string {
  return `,${hash('sha256', JSON.stringify([caller, key]), 'hex')}`
}

/** The client has sent the same Idempotency-Key with another request. */
export class IdempotencyKeyReusedError extends AppError {
  readonly code = 'idempotency-key-reused'

  constructor() {
    super('This Idempotency-Key was used with another body. Use a new key for a new request.')
    this.fields = [{ pointer: '/idempotency-key', detail: 'was used with another body' }]
  }

  override readonly fields
}

/** @throws {IdempotencyKeyReusedError} unless the request repeats the first one with its key */
export function assertRepeats(request: IdempotentRequest, first: Pick<IdempotentRequest, 'fingerprint'>): void {
  if (request.fingerprint !== first.fingerprint) throw new IdempotencyKeyReusedError()
}
