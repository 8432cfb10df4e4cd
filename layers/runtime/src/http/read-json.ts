import { isUtf8 } from 'node:buffer'
import { InvalidInputError } from '@ecommerce/domain'
import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { findDuplicateMember } from './duplicate-members'
import {
  MalformedJsonError,
  PayloadTooLargeError,
  UnsupportedContentCodingError,
  UnsupportedMediaTypeError,
} from './http-errors'
import { toPointer } from './json-pointer'
import { isAccepted } from './media-type'
import type { Route } from './route'

export const MAX_BODY_BYTES = 64 * 1024
const JSON_TYPE = 'application/json'
const NO_CODING = ['', 'identity']
/** In requests with these methods, a body has no meaning and is ignored (RFC 9110, section 9.3.1). */
const WITHOUT_BODY = ['GET', 'ANY']

/**
 * Checks the size and the type of a body before anything else. A route that reads no body ignores its content, but not
 * its type: other sites can send a form without a preflight, and so cause the request.
 * @throws {PayloadTooLargeError} @throws {UnsupportedMediaTypeError} @throws {UnsupportedContentCodingError}
 */
export function checkBody(route: Route, event: APIGatewayProxyEventV2): void {
  if (WITHOUT_BODY.includes(route.method)) return
  if (sizeOf(event) > MAX_BODY_BYTES) throw new PayloadTooLargeError(MAX_BODY_BYTES)
  const { 'content-type': type, 'content-encoding': coding } = event.headers
  if (type !== JSON_TYPE) assertTypeAccepted(type, route, event)
  if (coding !== undefined && !NO_CODING.includes(coding.trim().toLowerCase()))
    throw new UnsupportedContentCodingError()
}

function assertTypeAccepted(type: string | undefined, route: Route, event: APIGatewayProxyEventV2): void {
  if (type === undefined && isAbsent(route, event)) return
  const accepted = [JSON_TYPE, ...(route.mediaTypes ?? [])]
  if (!isAccepted(type ?? '', accepted)) throw new UnsupportedMediaTypeError(accepted)
}

/**
 * The parsed body. Undefined for an absent body, where the schema of the route allows that.
 * @throws {MalformedJsonError} @throws {InvalidInputError} for a member that occurs more than once
 */
export function readJson(route: Route, event: APIGatewayProxyEventV2): unknown {
  if (isAbsent(route, event)) return undefined
  const { body = '', isBase64Encoded } = event
  return parseJson(isBase64Encoded ? decode(body) : body)
}

/** Whether the request has no body and needs none. */
function isAbsent({ body: schema }: Route, { body = '' }: APIGatewayProxyEventV2): boolean {
  return body === '' && (schema === undefined || schema.safeParse(undefined).success)
}

function sizeOf({ body = '', isBase64Encoded }: APIGatewayProxyEventV2): number {
  return Buffer.byteLength(body, isBase64Encoded ? 'base64' : 'utf8')
}

function decode(base64: string): string {
  const bytes = Buffer.from(base64, 'base64')
  if (!isUtf8(bytes)) throw new MalformedJsonError('The body is not valid UTF-8.')
  return bytes.toString()
}

function parseJson(text: string): unknown {
  const value = parse(text)
  const duplicate = findDuplicateMember(text, value)
  if (duplicate === undefined) return value
  throw new InvalidInputError([{ pointer: toPointer(duplicate), detail: 'occurs more than once' }])
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new MalformedJsonError('The body is not valid JSON.', { cause: error })
  }
}
