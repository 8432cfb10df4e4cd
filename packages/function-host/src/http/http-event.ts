import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { Dictionary } from './dictionary'
import type { RouteMatch } from './router'

/** The parts of a request that the event contains. */
export type RequestParts = Pick<IncomingMessage, 'method' | 'httpVersion' | 'rawHeaders'> & {
  /** Percent-encoded, without the query. */
  readonly path: string
  readonly query: string
  readonly sourceIp: string
  /** Undefined if the request has no body. */
  readonly body?: Buffer | undefined
  readonly requestId: string
  readonly at: number
}

const ACCOUNT_ID = '000000000000'
const STAGE = '$default'

/** The event of an HTTP API, payload format 2.0. @throws {URIError} for a path that cannot be decoded */
export function toHttpEvent(request: RequestParts, { target, params }: RouteMatch): APIGatewayProxyEventV2 {
  // Undocumented, but observed on AWS (honojs/hono#2156): despite its name, `rawPath` is decoded.
  const path = request.path.includes('%') ? decodeURIComponent(request.path) : request.path
  const event = toEventOfPath(request, path, target.routeKey)
  if (params !== undefined) event.pathParameters = params
  return event
}

/** @param path as the event contains it */
export function toEventOfPath(request: RequestParts, path: string, routeKey: string): APIGatewayProxyEventV2 {
  const { headers, cookies } = readHeaders(request.rawHeaders)
  const method = request.method ?? ''
  const domainName = headers.host ?? ''
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString: request.query,
    ...(cookies !== undefined && { cookies }),
    headers,
    ...(request.query !== '' && { queryStringParameters: readQuery(request.query) }),
    requestContext: {
      accountId: ACCOUNT_ID,
      apiId: 'function-host',
      domainName,
      domainPrefix: domainName.split('.', 1)[0] ?? '',
      http: {
        method,
        path,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.sourceIp,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: request.requestId,
      routeKey,
      stage: STAGE,
      time: commonLogTime(request.at),
      timeEpoch: request.at,
    },
    ...readBody(request.body, headers['content-type']),
  }
}

/** Names in lower case, values of one name joined with commas. Cookies are in a separate list. */
function readHeaders(rawHeaders: readonly string[]) {
  const headers = new Dictionary()
  let cookies: string[] | undefined
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase()
    const value = rawHeaders[index + 1] ?? ''
    if (name === 'cookie') {
      cookies ??= []
      cookies.push(
        ...value
          .split(';')
          .map((cookie) => cookie.trim())
          .filter((cookie) => cookie !== ''),
      )
      continue
    }
    const before = headers[name]
    headers[name] = before === undefined ? value : `${before},${value}`
  }
  return { headers, cookies }
}

/** Decoded parameters, values of one name joined with commas. */
function readQuery(query: string): Record<string, string> {
  const parameters = new Dictionary()
  for (const [name, value] of new URLSearchParams(query)) {
    const before = parameters[name]
    parameters[name] = before === undefined ? value : `${before},${value}`
  }
  return parameters
}

/**
 * AWS documents that a binary body is sent in base64, but not what is binary. As observed (ministackorg/ministack#766),
 * bodies with a type of text, JSON, XML or JavaScript are text; everything else is binary, also a form or a body
 * without a type.
 */
const TEXT = /^\s*(text\/|application\/(json|xml|javascript)\s*(;|$))/i

function readBody(body: Buffer | undefined, contentType = '') {
  if (body === undefined || body.length === 0) return { isBase64Encoded: false }
  // Text that is not UTF-8 would lose its bytes, so that the function could not refuse it.
  return TEXT.test(contentType) && isUtf8(body)
    ? { body: body.toString('utf8'), isBase64Encoded: false }
    : { body: body.toString('base64'), isBase64Encoded: true }
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

let second = Number.NaN
let text = ''

/** `12/Mar/2020:19:03:58 +0000`; the same text for all requests of a second. */
function commonLogTime(at: number): string {
  const atSecond = Math.floor(at / 1000)
  if (atSecond !== second) {
    const iso = new Date(at).toISOString()
    const month = MONTHS[Number(iso.slice(5, 7)) - 1]
    text = `${iso.slice(8, 10)}/${month}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`
    second = atSecond
  }
  return text
}
