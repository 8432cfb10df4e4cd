import { AppError } from '@ecommerce/domain'

export class MalformedJsonError extends AppError {
  readonly code = 'malformed-json'
}

export class MalformedRequestError extends AppError {
  readonly code = 'malformed-request'
}

export class UnsupportedMediaTypeError extends AppError {
  readonly code = 'unsupported-media-type'

  constructor(accepted: readonly string[]) {
    super(`The content-type must be ${accepted.join(' or ')}, in UTF-8.`)
  }
}

export class UnsupportedContentCodingError extends AppError {
  readonly code = 'unsupported-media-type'

  constructor() {
    super('The body must not have a content-encoding.')
  }
}

export class PayloadTooLargeError extends AppError {
  readonly code = 'payload-too-large'

  constructor(maxBytes: number) {
    super(`The body may have at most ${maxBytes} bytes.`)
  }
}

export class RouteNotFoundError extends AppError {
  readonly code = 'route-not-found'

  constructor(method: string, path: string) {
    super(`There is no route ${method} ${path.slice(0, 200)}.`)
  }
}

export class MethodNotAllowedError extends AppError {
  readonly code = 'method-not-allowed'

  constructor(readonly allowed: readonly string[]) {
    super(`This path supports ${allowed.join(', ')}.`)
  }
}

export class CrossOriginError extends AppError {
  readonly code = 'cross-origin'

  constructor() {
    super('Pages of other origins may not send this request. CORS_ORIGINS lists the origins that may.')
  }
}

export class PreconditionFailedError extends AppError {
  readonly code = 'precondition-failed'

  constructor() {
    super('The header If-Match does not name the present representation.')
  }
}

export class TooManyRequestsError extends AppError {
  readonly code = 'too-many-requests'

  constructor(
    limited: string,
    readonly retryAfterSeconds: number,
    readonly headers: Readonly<Record<string, string>>,
  ) {
    super(`This ${limited} sends too many requests. The next one is accepted in ${retryAfterSeconds} s.`)
  }
}

/** The host refused the request before any route. On AWS, API Gateway does that by itself. */
export class RefusedRequestError extends AppError {
  readonly code: string

  constructor({ code, detail }: Refusal) {
    super(detail)
    this.code = code
  }
}

export interface Refusal {
  readonly code: string
  readonly detail: string
}
