import type { ServerResponse } from 'node:http'

/** A response in the form in which it is sent. */
export interface HttpResponse {
  readonly status: number
  /** Names and values alternate. */
  readonly headers: readonly string[]
  readonly body: string | Buffer
}

/** A function returned an invalid response. API Gateway responds with 500. */
export class MalformedResponseError extends Error {
  override readonly name = 'MalformedResponseError'
  readonly code = 'malformed-response'
}

/** The limit of Lambda. */
const MAX_BODY_BYTES = 6 * 1024 * 1024

/** Headers that concern only one connection. The host sets its own. */
const HOP_BY_HOP = new Set([
  'connection',
  'content-length',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'trailer',
  'te',
])

/**
 * The response of payload format 2.0: a result with a `statusCode` is the response; any other result becomes the JSON
 * body of a 200.
 * @throws {MalformedResponseError}
 */
export function toHttpResponse(result: unknown): HttpResponse {
  if (!isResponse(result)) return inferred(result)
  const status = Number(result.statusCode)
  if (!Number.isInteger(status) || status < 200 || status > 599)
    throw new MalformedResponseError('statusCode is not a status')
  const { headers = {}, cookies = [], body = '', isBase64Encoded = false } = result
  if (typeof body !== 'string') throw new MalformedResponseError('body is not a text')
  const list: string[] = []
  let hasType = false
  for (const name of Object.keys(headers ?? {})) {
    const lowerCase = name.toLowerCase()
    if (HOP_BY_HOP.has(lowerCase)) continue
    hasType ||= lowerCase === 'content-type'
    list.push(name, String(headers[name]))
  }
  if (!hasType && body !== '') list.push('content-type', 'text/plain;charset=UTF-8')
  for (const cookie of cookies ?? []) list.push('set-cookie', String(cookie))
  return bounded(status, list, isBase64Encoded === true ? Buffer.from(body, 'base64') : body)
}

export function jsonResponse(status: number, message: string): HttpResponse {
  return { status, headers: ['content-type', 'application/json'], body: JSON.stringify({ message }) }
}

/** @throws for an invalid header; nothing has been sent then */
export function send(response: ServerResponse, { status, headers, body }: HttpResponse, isLast: boolean): void {
  const list = [...headers]
  if (status !== 204 && status !== 304) list.push('content-length', String(Buffer.byteLength(body)))
  if (isLast) list.push('connection', 'close')
  response.writeHead(status, list)
  response.end(body)
}

interface LambdaResponse {
  readonly statusCode: unknown
  readonly headers?: Readonly<Record<string, unknown>>
  readonly cookies?: readonly unknown[]
  readonly body?: unknown
  readonly isBase64Encoded?: unknown
}

function isResponse(result: unknown): result is LambdaResponse {
  return typeof result === 'object' && result !== null && 'statusCode' in result
}

function inferred(result: unknown): HttpResponse {
  const body = typeof result === 'string' ? result : (JSON.stringify(result) ?? 'null')
  return bounded(200, ['content-type', 'application/json'], body)
}

function bounded(status: number, headers: readonly string[], body: string | Buffer): HttpResponse {
  if (body.length > MAX_BODY_BYTES) throw new MalformedResponseError('body has more than 6 MB')
  return { status, headers, body }
}
