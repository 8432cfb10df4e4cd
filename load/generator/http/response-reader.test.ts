import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ProtocolError } from './protocol-error'
import { ResponseReader } from './response-reader'

interface Read {
  readonly isDone: boolean
  readonly status: number
  readonly bodyStart: string
  readonly isKeptAlive: boolean
  readonly keepAliveSeconds: number | undefined
}

/** All pieces share a buffer, as in production, where each piece overwrites the last. */
function read(pieces: readonly string[], reader = new ResponseReader()): Read {
  const shared = Buffer.alloc(1 + Math.max(0, ...pieces.map((piece) => piece.length)), '\n')
  let isDone = false
  for (const piece of pieces) {
    shared.fill('\n')
    shared.write(piece, 'latin1')
    isDone = reader.read(shared, piece.length)
  }
  const { status, bodyStart, isKeptAlive, keepAliveSeconds } = reader
  return { isDone, status, bodyStart, isKeptAlive, keepAliveSeconds }
}

function cut(text: string, at: readonly number[]): string[] {
  const ends = [...at, text.length].sort((a, b) => a - b)
  return ends.map((end, index) => text.slice(ends[index - 1] ?? 0, end))
}

const order = '{"id":"0192f0c1","status":"confirmed"}'
const byLength = [
  'HTTP/1.1 201 Created',
  'Content-Type: application/json',
  'CONTENT-LENGTH: 38',
  'Keep-Alive: timeout=5, max=100',
  '',
  order,
].join('\r\n')
const inChunks = [
  'HTTP/1.1 200 OK',
  'transfer-encoding: chunked',
  'connection: keep-alive, close',
  '',
  'a;name=value',
  order.slice(0, 10),
  '1C',
  order.slice(10),
  '0',
  'x-trailer: yes',
  '',
  '',
].join('\r\n')
const withoutBody = 'HTTP/1.1 204 No Content\r\ndate: today\r\n\r\n'
const noReason = 'HTTP/1.1 503\r\ncontent-length: 0\r\n\r\n'

const RESPONSES = [
  { name: 'by length', text: byLength, status: 201, bodyStart: order, isKeptAlive: true, keepAliveSeconds: 5 },
  { name: 'in chunks', text: inChunks, status: 200, bodyStart: order, isKeptAlive: false, keepAliveSeconds: undefined },
  { name: 'without a body', text: withoutBody, status: 204, bodyStart: '', isKeptAlive: true },
  { name: 'without a reason', text: noReason, status: 503, bodyStart: '', isKeptAlive: true },
]

describe.each(RESPONSES)('a response $name', ({ text, status, bodyStart, isKeptAlive, keepAliveSeconds }) => {
  const whole = { isDone: true, status, bodyStart, isKeptAlive, keepAliveSeconds }

  test('is read as one piece', () => {
    expect(read([text])).toEqual(whole)
  })

  test('is the same if it is split at any byte', () => {
    for (let at = 1; at < text.length; at++) expect(read(cut(text, [at])), `cut at ${at}`).toEqual(whole)
  })

  test('is the same if it arrives byte by byte, and not done before the last byte', () => {
    const reader = new ResponseReader()
    for (const [index, byte] of [...text].entries()) {
      expect(reader.read(Buffer.from(byte, 'latin1'), 1)).toBe(index === text.length - 1)
    }
  })

  test('is the same for any split, after another response on the same connection', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: text.length })), fc.constantFrom(...RESPONSES), (at, before) => {
        const reader = new ResponseReader()
        read([before.text], reader)
        reader.next()
        expect(read(cut(text, at), reader)).toEqual(whole)
      }),
    )
  })
})

test('bodies of any bytes and length are read, up to the kept length', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 400 }),
      fc.array(fc.integer({ min: 1, max: 100 })),
      fc.array(fc.nat(600)),
      (bytes, sizes, at) => {
        const body = Buffer.from(bytes).toString('latin1')
        const chunks = cut(
          body,
          sizes.filter((size) => size < body.length),
        ).filter((chunk) => chunk.length > 0)
        const framed = `${chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join('')}0\r\n\r\n`
        for (const text of [
          `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
          `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${framed}`,
        ]) {
          expect(
            read(
              cut(
                text,
                at.filter((position) => position < text.length),
              ),
            ),
          ).toMatchObject({
            isDone: true,
            bodyStart: body.slice(0, 160),
          })
        }
      },
    ),
  )
})

test('a body without a length ends with the connection, which cannot be reused', () => {
  const reader = new ResponseReader()
  expect(read(['HTTP/1.1 200 OK\r\n\r\n{"id":', '"1"}'], reader)).toMatchObject({
    isDone: false,
    bodyStart: '{"id":"1"}',
  })
  expect(reader.end()).toBe(true)
  expect(reader.isKeptAlive).toBe(false)
})

test.each(['', 'HTTP/1.1 2', 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nabcd', inChunks.slice(0, -1)])(
  'the end of the connection after %j is not the end of a response',
  (text) => {
    const reader = new ResponseReader()
    read([text], reader)
    expect(reader.end()).toBe(false)
  },
)

const OK = 'HTTP/1.1 200 OK\r\n'

test.each([
  ['another protocol', 'SSH-2.0-OpenSSH_9.6\r\n'],
  ['another version', 'HTTP/1.0 200 OK\r\n'],
  ['an interim response', 'HTTP/1.1 100 Continue\r\n'],
  ['a status of four digits', 'HTTP/1.1 2000 OK\r\n'],
  ['bare line feeds', 'HTTP/1.1 200 OK\n'],
  ['a folded header', `${OK}a: b\r\n c\r\n`],
  ['a header without a colon', `${OK}content-length 5\r\n`],
  ['a blank before the colon', `${OK}content-length : 5\r\n`],
  ['a header without a name', `${OK}: 5\r\n`],
  ['a negative length', `${OK}content-length: -5\r\n`],
  ['a length that is no number', `${OK}content-length: 5, 5\r\n`],
  ['two lengths that differ', `${OK}content-length: 5\r\ncontent-length: 6\r\n`],
  ['a length and chunks', `${OK}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n`],
  ['a compressed body', `${OK}transfer-encoding: gzip, chunked\r\n`],
  ['a chunk without a size', `${OK}transfer-encoding: chunked\r\n\r\nxyz\r\n`],
  ['a chunk longer than its size', `${OK}transfer-encoding: chunked\r\n\r\n1\r\nab\r\n`],
  ['more than it has', `${OK}content-length: 1\r\n\r\nab`],
  ['a line without end', `${OK}a: ${'b'.repeat(9000)}`],
  ['headers without end', `${OK}${'a: b\r\n'.repeat(129)}`],
  ['trailers without end', `${OK}transfer-encoding: chunked\r\n\r\n0\r\n${'a: b\r\n'.repeat(129)}`],
  ['a body over 4 MiB', `${OK}content-length: 4194305\r\n\r\n`],
  ['chunks over 4 MiB', `${OK}transfer-encoding: chunked\r\n\r\nffffffff\r\n`],
])('%s is an error, not a guess', (_, text) => {
  expect(() => read([text])).toThrow(ProtocolError)
  expect(() => read([...text])).toThrow(ProtocolError)
})

test('a body without a length has the same limit', () => {
  const reader = new ResponseReader()
  read([`${OK}\r\n`], reader)
  const mebibyte = Buffer.alloc(1024 * 1024)
  for (let count = 0; count < 4; count++) reader.read(mebibyte, mebibyte.length)
  expect(() => reader.read(mebibyte, 1)).toThrow(ProtocolError)
})

test.each([
  ['retry-after: 1', true],
  ['Retry-After: Wed, 21 Oct 2026 07:28:00 GMT', true],
  ['x-retry-info: 1', false],
])('after the header %s, hasRetryAfter is %s', (header, hasRetryAfter) => {
  const reader = new ResponseReader()
  const bytes = Buffer.from(`HTTP/1.1 503 Service Unavailable\r\n${header}\r\ncontent-length: 0\r\n\r\n`)
  expect(reader.read(bytes, bytes.length)).toBe(true)
  expect(reader.hasRetryAfter).toBe(hasRetryAfter)
  reader.next()
  expect(reader.hasRetryAfter).toBe(false)
})
