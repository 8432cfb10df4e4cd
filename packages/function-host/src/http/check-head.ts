import type { IncomingMessage } from 'node:http'
import type { HostNames } from './host-names'
import { FOREIGN_HOST, HEAD_TOO_LARGE, malformed, type Refusal, TARGET_TOO_LONG } from './refusal'
import { isDecodable, type RequestTarget } from './request-target'

/** The limit of API Gateway for the request line and the headers together. */
export const MAX_HEAD_BYTES = 10_240
export const MAX_TARGET_BYTES = 8_192

const NO_HOST = malformed('The request must have exactly one Host header.')
const BAD_HOST = malformed('The Host header is not a host with an optional port.')
const BAD_TARGET = malformed('The path of the request cannot be decoded.')

type Head = Pick<IncomingMessage, 'method' | 'url' | 'rawHeaders'> & {
  readonly socket: { readonly localAddress?: string | undefined }
}

/** Checks the request line and the headers, in the order of RFC 9112. @returns undefined for a request to serve */
export function checkHead(request: Head, { path, authority }: RequestTarget, hosts: HostNames): Refusal | undefined {
  const { url = '', rawHeaders } = request
  if (url.length > MAX_TARGET_BYTES) return TARGET_TOO_LONG
  let bytes = url.length
  let host: string | undefined
  let hostCount = 0
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? ''
    const value = rawHeaders[index + 1] ?? ''
    bytes += name.length + value.length
    if (name.length === 4 && name.toLowerCase() === 'host') {
      host = value
      hostCount += 1
    }
  }
  if (bytes > MAX_HEAD_BYTES) return HEAD_TOO_LARGE
  if (host === undefined || hostCount > 1) return NO_HOST
  return checkHost(host, authority, request, hosts) ?? checkPath(path, request.method)
}

function checkHost(host: string, authority: string | undefined, { socket }: Head, hosts: HostNames) {
  const verdict = hosts.check(host, socket.localAddress)
  if (verdict === 'malformed') return BAD_HOST
  const decisive = authority === undefined ? verdict : hosts.check(authority, socket.localAddress)
  if (decisive === 'malformed') return malformed('The host in the request target is malformed.')
  return decisive === 'foreign' ? FOREIGN_HOST : undefined
}

function checkPath(path: string, method: string | undefined): Refusal | undefined {
  if (path === '*' && method === 'OPTIONS') return undefined
  return isDecodable(path) ? undefined : BAD_TARGET
}
