import { STATUS_CODES } from 'node:http'
import type { HttpResponse } from './http-response'

/** The last response of a connection as bytes, for a request that Node does not answer. */
export function rawResponse({ status, headers, body }: HttpResponse): Buffer {
  const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, `date: ${new Date().toUTCString()}`]
  for (let index = 0; index < headers.length; index += 2) lines.push(`${headers[index]}: ${headers[index + 1]}`)
  lines.push('connection: close', `content-length: ${Buffer.byteLength(body)}`)
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), Buffer.from(body)])
}
