import type { IncomingMessage } from 'node:http'

/** The limit of API Gateway. */
const MAX_BODY_BYTES = 10 * 1024 * 1024

export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError'
  readonly code = 'body-too-large'
}

/** The bodies in flight leave no room for this one. */
export class NoRoomError extends Error {
  override readonly name = 'NoRoomError'
  readonly code = 'no-room'
}

/** The client disconnected or sent invalid HTTP, so that nobody receives a response. */
export class BodyBrokenOffError extends Error {
  override readonly name = 'BodyBrokenOffError'
  readonly code = 'body-broken-off'
}

/**
 * The whole body; undefined if there is none.
 * @param hasRoom called with the size of each chunk, returns whether memory may hold it
 * @throws {BodyTooLargeError} as soon as it is known @throws {NoRoomError} @throws {BodyBrokenOffError}
 */
export function readBody(request: IncomingMessage, hasRoom: (bytes: number) => boolean): Promise<Buffer> | undefined {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers
  if (length === '0' || (length === undefined && encoding === undefined)) return undefined
  if (Number(length) > MAX_BODY_BYTES) return Promise.reject(new BodyTooLargeError())
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let bytes = 0
    const giveUp = (error: Error) => {
      request.removeAllListeners('data').pause()
      reject(error)
    }
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > MAX_BODY_BYTES) giveUp(new BodyTooLargeError())
      else if (!hasRoom(chunk.length)) giveUp(new NoRoomError())
      else chunks.push(chunk)
    })
    request.once('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)))
    request.once('error', (cause) => reject(new BodyBrokenOffError('the body broke off', { cause })))
  })
}
