import type { ServerResponse } from 'node:http'

/** An answer as it goes out. */
export interface HttpAnswer {
  readonly status: number
  /** Names and values in turn. */
  readonly headers: readonly string[]
  readonly body: string | Buffer
}

/** What a function returned is no response: API Gateway answers 500 for it. */
export class MalformedResponseError extends Error {
  override readonly name = 'MalformedResponseError'
  readonly code = 'malformed-response'
}

/** Lambda returns no more. */
const MAX_BODY_BYTES = 6 * 1024 * 1024

/** Between two machines only: the host sets its own. */
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
 * The response of payload format 2.0: what a function returned with a `statusCode`, or else its return value as JSON
 * with 200.
 * @throws {MalformedResponseError}
 */
export function toAnswer(result: unknown): HttpAnswer {
  if (!isResponse(result)) return inferred(result)
  const status = Number(result.statusCode)
  if (!Number.isInteger(status) || status < 200 || status > 599) throw new MalformedResponseError('statusCode is none')
  const { headers = {}, cookies = [], body = '', isBase64Encoded = false } = result
  if (typeof body !== 'string') throw new MalformedResponseError('body is no text')
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

export function jsonAnswer(status: number, message: string): HttpAnswer {
  return { status, headers: ['content-type', 'application/json'], body: JSON.stringify({ message }) }
}

/** @throws for a header that HTTP does not have; nothing was sent then */
export function send(response: ServerResponse, { status, headers, body }: HttpAnswer, isLast: boolean): void {
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

function inferred(result: unknown): HttpAnswer {
  const body = typeof result === 'string' ? result : (JSON.stringify(result) ?? 'null')
  return bounded(200, ['content-type', 'application/json'], body)
}

function bounded(status: number, headers: readonly string[], body: string | Buffer): HttpAnswer {
  if (body.length > MAX_BODY_BYTES) throw new MalformedResponseError('body has more than 6 MB')
  return { status, headers, body }
}
