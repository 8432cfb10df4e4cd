import type { IncomingMessage } from 'node:http'
import { BODY_TOO_LARGE, OVERLOADED, type Refusal, TOO_SLOW } from './refusal'

/** The limit of API Gateway. */
export const MAX_BODY_BYTES = 10 * 1024 * 1024

/** The body is refused. */
export class BodyRefusedError extends Error {
  override readonly name = 'BodyRefusedError'
  readonly code = 'body-refused'

  constructor(readonly refusal: Refusal) {
    super(refusal.detail)
  }
}

/** The client disconnected or sent invalid HTTP, so that nobody receives a response. */
export class BodyBrokenOffError extends Error {
  override readonly name = 'BodyBrokenOffError'
  readonly code = 'body-broken-off'
}

export interface BodyLimits {
  /** For the whole body. */
  readonly timeoutMs: number
  /** Called with the size of each chunk, returns whether memory may hold it. */
  readonly hasRoom: (bytes: number) => boolean
}

/**
 * The whole body; undefined if there is none.
 * @throws {BodyRefusedError} as soon as it is known @throws {BodyBrokenOffError}
 */
export function readBody(request: IncomingMessage, { timeoutMs, hasRoom }: BodyLimits): Promise<Buffer> | undefined {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers
  if (length === '0' || (length === undefined && encoding === undefined)) return undefined
  if (Number(length) > MAX_BODY_BYTES) return Promise.reject(new BodyRefusedError(BODY_TOO_LARGE))
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let bytes = 0
    const refuse = (refusal: Refusal) => {
      clearTimeout(timer)
      request.removeAllListeners('data').pause()
      reject(new BodyRefusedError(refusal))
    }
    const timer = setTimeout(refuse, timeoutMs, TOO_SLOW)
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > MAX_BODY_BYTES) refuse(BODY_TOO_LARGE)
      else if (!hasRoom(chunk.length)) refuse(OVERLOADED)
      else chunks.push(chunk)
    })
    request.once('end', () => {
      clearTimeout(timer)
      resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks))
    })
    request.once('error', (cause) => {
      clearTimeout(timer)
      reject(new BodyBrokenOffError('the body broke off', { cause }))
    })
  })
}
