/** A problem with one member of the caller's input. */
export interface FieldProblem {
  /** A JSON pointer, or `/name` for a query, path or header parameter. */
  readonly pointer: string
  readonly detail: string
}

/**
 * An error that the service foresees. `code` is stable and public: it becomes the problem type over HTTP and the cause
 * of a dead letter. `retriable` says whether the same request may succeed later without a change.
 */
export abstract class AppError extends Error {
  abstract readonly code: string
  readonly retriable: boolean = false
  /** The problems with members of the input, if any. */
  readonly fields: readonly FieldProblem[] = []
}

export class InvalidInputError extends AppError {
  readonly code = 'invalid-input'

  constructor(override readonly fields: readonly FieldProblem[]) {
    super('The request does not match its schema.')
  }
}

export class NotFoundError extends AppError {
  readonly code = 'not-found'

  constructor(what: string, id: string | number) {
    super(`There is no ${what} ${JSON.stringify(String(id).slice(0, 64))}.`)
    this.fields = [{ pointer: '/id', detail: 'unknown' }]
  }

  override readonly fields: readonly FieldProblem[]
}

/** Thrown when the stored product does not meet the condition of a change. */
export class VersionMismatchError extends AppError {
  readonly code = 'version-mismatch'

  constructor(readonly currentVersion: number) {
    super(
      `The product does not meet the precondition. It is at version ${currentVersion}: read it for its present ETag.`,
    )
  }
}

/**
 * A dependency did not respond, or its response was lost: the outcome may be unknown. A retry with the same id is safe.
 */
export class UnavailableError extends AppError {
  readonly code = 'unavailable'
  override readonly retriable = true

  constructor(
    readonly dependency: string,
    options?: ErrorOptions,
  ) {
    super(`${dependency} is not available at the moment.`, options)
  }
}

/**
 * The queue is full, or so long that the request would wait beyond its deadline. It is refused immediately, because a queue
 * without a limit would delay everybody.
 */
export class OverloadedError extends AppError {
  readonly code = 'overloaded'
  override readonly retriable = true

  constructor() {
    super('Too many requests are waiting.')
  }
}

/** For a place that refuses thousands per second: the stack trace would cost more than everything else. */
export const OVERLOADED = new OverloadedError()

/** The deadline of the caller passed before the work started. Nothing was done, so a retry is safe. */
export class ExpiredError extends AppError {
  readonly code = 'overloaded'
  override readonly retriable = true

  constructor() {
    super('The request waited too long. Nothing was done.')
  }
}

export const EXPIRED = new ExpiredError()

/** The caller disconnected before the work started. Nothing was done. */
export class CallerGoneError extends AppError {
  readonly code = 'overloaded'
  override readonly retriable = true

  constructor() {
    super('The caller disconnected before the request was processed. Nothing was done.')
  }
}

/** The deadline of the caller passed while the work ran. The work may still succeed. */
export class OutcomeUnknownError extends AppError {
  readonly code = 'unavailable'
  override readonly retriable = true

  constructor() {
    super(
      'The request took too long. If it changes anything, its outcome is unknown: a retry with the same Idempotency-Key is safe.',
    )
  }
}
