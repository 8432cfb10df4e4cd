import { ProtocolError } from './protocol-error'

const VERSION = Buffer.from('HTTP/1.1 ')
const ZERO = 48
const NINE = 57
const COLON = 58
const SPACE = 32
const TAB = 9
/** The lengths of the header names that are read. All other headers are skipped without decoding. */
const CONNECTION_OR_KEEP_ALIVE = 10
const RETRY_AFTER = 11
const CONTENT_LENGTH = 14
const TRANSFER_ENCODING = 17

const LENGTHS: ReadonlySet<number> = new Set([CONNECTION_OR_KEEP_ALIVE, RETRY_AFTER, CONTENT_LENGTH, TRANSFER_ENCODING])

/** How the body ends: after a number of bytes, with the last chunk, or with the connection. */
export type Framing = number | 'chunked' | 'until-close'

/** The status line, the headers that define the end of the body and the lifetime of the connection, and Retry-After. */
export class ResponseHead {
  readonly status: number
  isKeptAlive = true
  hasRetryAfter = false
  /** The lifetime that the `keep-alive` header announces. */
  keepAliveSeconds: number | undefined
  #contentLength: number | undefined
  #isChunked = false

  /** @param end of the status line, without its line end */
  constructor(bytes: Buffer, start: number, end: number) {
    const afterStatus = start + VERSION.length + 3
    if (end < afterStatus || (end > afterStatus && bytes[afterStatus] !== SPACE)) throw notFinal()
    for (let index = 0; index < VERSION.length; index++) {
      if (bytes[start + index] !== VERSION[index]) throw notFinal()
    }
    const status = decimal(bytes, afterStatus - 3, afterStatus)
    if (!(status >= 200 && status <= 599)) throw notFinal()
    this.status = status
  }

  readHeader(bytes: Buffer, start: number, end: number): void {
    let colon = start
    while (colon < end && bytes[colon] !== COLON) colon++
    const before = bytes[colon - 1]
    if (colon === end || colon === start || bytes[start] === SPACE || bytes[start] === TAB || before === SPACE) {
      throw new ProtocolError('not a header')
    }
    const nameLength = colon - start
    if (LENGTHS.has(nameLength)) {
      const name = bytes.toString('latin1', start, colon).toLowerCase()
      this.#apply(
        name,
        bytes
          .toString('latin1', colon + 1, end)
          .trim()
          .toLowerCase(),
      )
    }
  }

  /** @throws {ProtocolError} if the headers contradict each other */
  framing(): Framing {
    if (this.#isChunked && this.#contentLength !== undefined) throw new ProtocolError('chunks and a length')
    if (this.status === 204 || this.status === 304) return 0
    if (this.#isChunked) return 'chunked'
    return this.#contentLength ?? 'until-close'
  }

  #apply(name: string, value: string): void {
    if (name === 'content-length') {
      const length = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN
      if (Number.isNaN(length) || (this.#contentLength ?? length) !== length) throw new ProtocolError('content-length')
      this.#contentLength = length
    } else if (name === 'transfer-encoding') {
      if (value !== 'chunked') throw new ProtocolError('transfer-encoding')
      this.#isChunked = true
    } else if (name === 'retry-after') {
      this.hasRetryAfter = true
    } else if (name === 'connection') {
      if (value.split(',').some((option) => option.trim() === 'close')) this.isKeptAlive = false
    } else if (name === 'keep-alive') {
      const timeout = /(?:^|[,\s])timeout=(\d{1,9})/.exec(value)?.[1]
      if (timeout !== undefined) this.keepAliveSeconds = Number(timeout)
    }
  }
}

function notFinal(): ProtocolError {
  return new ProtocolError('not a status line of a final HTTP/1.1 response')
}

/** @returns NaN if there is anything but digits */
function decimal(bytes: Buffer, start: number, end: number): number {
  let value = 0
  for (let at = start; at < end; at++) {
    const digit = bytes[at] ?? 0
    if (digit < ZERO || digit > NINE) return Number.NaN
    value = value * 10 + digit - ZERO
  }
  return value
}
