import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { type HttpResponse, jsonResponse } from './http-response'

/** A response that the host gives by itself, without the function of a route. */
export interface Refusal {
  readonly status: number
  /** Stable, for programs. */
  readonly code: string
  /** What was wrong with the request, in a sentence. */
  readonly detail: string
  /** The words of API Gateway. */
  readonly message: string
}

/** The event of a refused request, for the function that `custom.function-host.refusals` names. */
export type RefusedEvent = APIGatewayProxyEventV2 & { readonly refusal: Omit<Refusal, 'message'> }

export function malformed(detail: string): Refusal {
  return { status: 400, code: 'malformed-request', detail, message: 'Bad Request' }
}

export const NO_ROUTE: Refusal = {
  status: 404,
  code: 'route-not-found',
  detail: 'There is no such route.',
  message: 'Not Found',
}
export const NO_TUNNEL: Refusal = {
  status: 405,
  code: 'method-not-allowed',
  detail: 'CONNECT is not supported: this server is not a proxy.',
  message: 'Method Not Allowed',
}
export const TOO_SLOW: Refusal = {
  status: 408,
  code: 'request-timeout',
  detail: 'The request did not arrive completely in time.',
  message: 'Request Timeout',
}
export const BODY_TOO_LARGE: Refusal = {
  status: 413,
  code: 'payload-too-large',
  detail: 'The body is too large.',
  message: 'Request Entity Too Large',
}
export const TARGET_TOO_LONG: Refusal = {
  status: 414,
  code: 'uri-too-long',
  detail: 'The path and the query are too long.',
  message: 'Request-URI Too Long',
}
export const UNKNOWN_EXPECTATION: Refusal = {
  status: 417,
  code: 'expectation-failed',
  detail: 'The only supported expectation is 100-continue.',
  message: 'Expectation Failed',
}
export const FOREIGN_HOST: Refusal = {
  status: 421,
  code: 'misdirected-request',
  detail: 'This server does not serve the host that the request names. HTTP_HOSTS lists the names that it serves.',
  message: 'Misdirected Request',
}
export const HEAD_TOO_LARGE: Refusal = {
  status: 431,
  code: 'header-fields-too-large',
  detail: 'The header fields are too large.',
  message: 'Request Header Fields Too Large',
}
export const DEFECT: Refusal = {
  status: 500,
  code: 'internal',
  detail: 'An unexpected error occurred.',
  message: 'Internal Server Error',
}
export const OVERLOADED: Refusal = {
  status: 503,
  code: 'overloaded',
  detail: 'Too many requests are in flight.',
  message: 'Service Unavailable',
}
export const FUNCTION_TIMED_OUT: Refusal = {
  status: 503,
  code: 'unavailable',
  detail: 'The request took too long. Its outcome is unknown.',
  message: 'Service Unavailable',
}

const RETRY_AFTER_SECONDS = '1'

/** The response of API Gateway. */
export function plainResponse({ status, message }: Refusal): HttpResponse {
  const response = jsonResponse(status, message)
  return status === 503 ? { ...response, headers: [...response.headers, 'retry-after', RETRY_AFTER_SECONDS] } : response
}
