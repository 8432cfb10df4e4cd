import { ProtocolError } from './protocol-error'
import { ResponseHead } from './response-head'

const MAX_LINE_BYTES = 8 * 1024
/** Headers and trailers of a response. */
const MAX_HEADERS = 128
const MAX_BODY_BYTES = 4 * 1024 * 1024
/** Only the start of a body is kept: nobody reads more. */
const KEPT_BODY_CHARACTERS = 160

const CR = 13
const LF = 10
const NOTHING = Buffer.alloc(0)

/** The first five parts consist of lines, the next three of bytes. */
type Part =
  | 'status-line'
  | 'headers'
  | 'chunk-size'
  | 'chunk-end'
  | 'trailers'
  | 'body'
  | 'chunk'
  | 'until-close'
  | 'done'

/**
 * Reads one response from the bytes of a connection, in pieces of any size. It supports the usual responses to GET and
 * POST: a final status line of HTTP/1.1, and a body with a length, in chunks, or up to the end of the connection.
 * Everything else is a ProtocolError, never a guess: other versions, interim responses, other encodings, contradicting
 * lengths, bare line feeds, lines over 8 KiB, more than 128 headers, bodies over 4 MiB, unexpected bytes.
 */
export class ResponseReader {
  #part: Part = 'status-line'
  #head: ResponseHead | undefined
  #headers = 0
  #bodyBytes = 0
  #bodyStart = ''
  /** Bytes of the body or chunk that have not arrived yet. */
  #bytesLeft = 0
  /** The start of a line whose end has not arrived yet. */
  #unfinished = NOTHING

  /** The status, once the response is done. */
  get status(): number {
    return this.#head?.status ?? 0
  }

  /** The first characters of the body, as Latin-1. */
  get bodyStart(): string {
    return this.#bodyStart
  }

  get hasRetryAfter(): boolean {
    return this.#head?.hasRetryAfter === true
  }

  /** Whether the connection can carry another request. */
  get isKeptAlive(): boolean {
    return this.#head?.isKeptAlive === true && this.#part === 'done'
  }

  /** How long the server keeps an idle connection, if it says so. */
  get keepAliveSeconds(): number | undefined {
    return this.#head?.keepAliveSeconds
  }

  /** Whether no byte has arrived yet. */
  get isFresh(): boolean {
    return this.#part === 'status-line' && this.#unfinished.length === 0
  }

  /** Forgets the response and waits for the next. */
  next(): void {
    this.#part = 'status-line'
    this.#head = undefined
    this.#headers = 0
    this.#bodyBytes = 0
    this.#bodyStart = ''
  }

  /**
   * @param bytes a buffer whose first `length` bytes arrived; it is not kept
   * @returns whether the response is done
   * @throws {ProtocolError} after which the connection cannot be used any more
   */
  read(bytes: Buffer, length: number): boolean {
    if (this.#unfinished.length === 0) return this.#read(bytes, length)
    const joined = Buffer.concat([this.#unfinished, bytes.subarray(0, length)])
    this.#unfinished = NOTHING
    return this.#read(joined, joined.length)
  }

  /** Handles the end of the connection. @returns whether it also ends the response */
  end(): boolean {
    if (this.#part !== 'until-close') return false
    if (this.#head !== undefined) this.#head.isKeptAlive = false
    this.#part = 'done'
    return true
  }

  #read(bytes: Buffer, end: number): boolean {
    let at = 0
    while (at < end) {
      if (this.#part === 'body' || this.#part === 'chunk' || this.#part === 'until-close') {
        at = this.#readBytes(bytes, at, end)
      } else if (this.#part === 'done') {
        throw new ProtocolError('more than one response')
      } else {
        const lineEnd = lineEndOf(bytes, at, end)
        if (lineEnd < 0) break
        if (lineEnd === at || bytes[lineEnd - 1] !== CR) throw new ProtocolError('a bare line feed')
        this.#readLine(bytes, at, lineEnd - 1)
        at = lineEnd + 1
      }
    }
    if (at < end) this.#unfinished = Buffer.from(bytes.subarray(at, end))
    return this.#part === 'done'
  }

  #readLine(bytes: Buffer, start: number, end: number): void {
    if (this.#part === 'status-line') {
      this.#head = new ResponseHead(bytes, start, end)
      this.#part = 'headers'
    } else if (this.#part === 'chunk-size') {
      this.#beginChunk(bytes.toString('latin1', start, end))
    } else if (this.#part === 'chunk-end') {
      if (end > start) throw new ProtocolError('a chunk longer than its size')
      this.#part = 'chunk-size'
    } else if (end > start) {
      if (++this.#headers > MAX_HEADERS) throw new ProtocolError('too many headers')
      if (this.#part === 'headers') this.#head?.readHeader(bytes, start, end)
    } else if (this.#part === 'headers') {
      this.#beginBody()
    } else {
      this.#part = 'done'
    }
  }

  #beginBody(): void {
    const framing = this.#head?.framing() ?? 0
    if (framing === 'chunked') this.#part = 'chunk-size'
    else if (framing === 'until-close') this.#part = 'until-close'
    else this.#expect(framing, framing === 0 ? 'done' : 'body')
  }

  #beginChunk(line: string): void {
    const size = /^([\da-fA-F]{1,8})[ \t]*(;|$)/.exec(line)?.[1]
    if (size === undefined) throw new ProtocolError('not the size of a chunk')
    const bytes = Number.parseInt(size, 16)
    this.#expect(bytes, bytes === 0 ? 'trailers' : 'chunk')
  }

  #expect(bytes: number, part: Part): void {
    if (this.#bodyBytes + bytes > MAX_BODY_BYTES) throw new ProtocolError('a body that is too long')
    this.#bytesLeft = bytes
    this.#part = part
  }

  /** @returns the position after the bytes of this body or chunk */
  #readBytes(bytes: Buffer, start: number, end: number): number {
    const isBounded = this.#part !== 'until-close'
    const stop = isBounded ? Math.min(end, start + this.#bytesLeft) : end
    const kept = this.#bodyStart.length
    if (kept < KEPT_BODY_CHARACTERS) {
      this.#bodyStart += bytes.toString('latin1', start, Math.min(stop, start + KEPT_BODY_CHARACTERS - kept))
    }
    this.#bodyBytes += stop - start
    if (this.#bodyBytes > MAX_BODY_BYTES) throw new ProtocolError('a body that is too long')
    this.#bytesLeft -= stop - start
    if (isBounded && this.#bytesLeft === 0) this.#part = this.#part === 'chunk' ? 'chunk-end' : 'done'
    return stop
  }
}

/** @returns the position of the line feed, or -1 if it has not arrived yet */
function lineEndOf(bytes: Buffer, start: number, end: number): number {
  const limit = Math.min(end, start + MAX_LINE_BYTES)
  for (let at = start; at < limit; at++) if (bytes[at] === LF) return at
  if (limit < end) throw new ProtocolError('a line that is too long')
  return -1
}
