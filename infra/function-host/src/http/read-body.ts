import type { IncomingMessage } from 'node:http'

/** Of API Gateway. */
export const MAX_BODY_BYTES = 10 * 1024 * 1024

export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError'
  readonly code = 'body-too-large'
}

/** The client went away, or what it sent is no HTTP: there is nobody to answer. */
export class BodyBrokenOffError extends Error {
  override readonly name = 'BodyBrokenOffError'
  readonly code = 'body-broken-off'
}

/**
 * The whole body; undefined where there is none.
 * @throws {BodyTooLargeError} as soon as it is known @throws {BodyBrokenOffError}
 */
export function readBody(request: IncomingMessage): Promise<Buffer> | undefined {
  const length = request.headers['content-length']
  if (length === undefined && request.headers['transfer-encoding'] === undefined) return undefined
  if (length === '0') return undefined
  if (Number(length) > MAX_BODY_BYTES) return Promise.reject(new BodyTooLargeError())
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let bytes = 0
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes <= MAX_BODY_BYTES) return void chunks.push(chunk)
      request.removeAllListeners('data').pause()
      reject(new BodyTooLargeError())
    })
    request.once('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)))
    request.once('error', (cause) => reject(new BodyBrokenOffError('the body broke off', { cause })))
  })
}
