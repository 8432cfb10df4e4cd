import { AppError } from '@ecommerce/domain'

export class MalformedJsonError extends AppError {
  readonly code = 'malformed-json'

  constructor(options?: ErrorOptions) {
    super('The body is not valid JSON.', options)
  }
}

export class UnsupportedMediaTypeError extends AppError {
  readonly code = 'unsupported-media-type'

  constructor(accepted: readonly string[]) {
    super(`The content-type must be ${accepted.join(' or ')}.`)
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
