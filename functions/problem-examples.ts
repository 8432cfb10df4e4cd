import {
  DeadLetterSettledError,
  IdempotencyKeyReusedError,
  InvalidInputError,
  NotFoundError,
  OverloadedError,
  UnavailableError,
  VersionMismatchError,
} from '@ecommerce/domain'
import {
  MalformedJsonError,
  PayloadTooLargeError,
  PreconditionFailedError,
  type ProblemExamples,
  TooManyRequestsError,
  UnsupportedMediaTypeError,
} from '@ecommerce/runtime'

/** The examples of problems, for all routes that have no other one. */
export const PROBLEM_EXAMPLES: ProblemExamples = {
  'malformed-json': new MalformedJsonError(),
  'payload-too-large': new PayloadTooLargeError(65_536),
  'unsupported-media-type': new UnsupportedMediaTypeError(['application/json']),
  'precondition-failed': new PreconditionFailedError(),
  'version-mismatch': new VersionMismatchError(2),
  'idempotency-key-reused': new IdempotencyKeyReusedError(),
  'dead-letter-settled': new DeadLetterSettledError('replayed'),
  'too-many-requests': new TooManyRequestsError('address', 1, {}),
  overloaded: new OverloadedError(),
  unavailable: new UnavailableError('MySQL'),
}

/** A request with one invalid member or parameter. */
export function invalid(pointer: string, detail: string) {
  return { 'invalid-input': new InvalidInputError([{ pointer, detail }]) }
}

export function notFound(what: string, id: string | number) {
  return { 'not-found': new NotFoundError(what, id) }
}
