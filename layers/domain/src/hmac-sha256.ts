import { hash } from 'node:crypto'

const BLOCK_BYTES = 64
const DIGEST_BYTES = 32

/** Makes the HMAC of short data, as hexadecimal digits. */
export type HmacSha256 = (data: string, encoding?: 'utf8' | 'hex') => string

/**
 * HMAC-SHA-256 (RFC 2104) under one key. Two one-shot hashes make no native object that the collector has to look after,
 * as `createHmac` does at every call, and what they hash is written where the last data was: this is on the way of every
 * order. Digests are asked for in hexadecimal, which is quicker than to ask for a buffer.
 */
export function createHmacSha256(secret: string): HmacSha256 {
  const given = Buffer.from(secret, 'utf8')
  const key = Buffer.alloc(BLOCK_BYTES)
  key.set(given.length > BLOCK_BYTES ? Buffer.from(hash('sha256', given, 'hex'), 'hex') : given)
  let inner = keyed(key, 0x36, DIGEST_BYTES)
  const outer = keyed(key, 0x5c, DIGEST_BYTES)
  return (data, encoding = 'utf8') => {
    const end = BLOCK_BYTES + Buffer.byteLength(data, encoding)
    if (end > inner.length) inner = Buffer.concat([inner], end)
    inner.write(data, BLOCK_BYTES, encoding)
    outer.write(hash('sha256', inner.subarray(0, end), 'hex'), BLOCK_BYTES, 'hex')
    return hash('sha256', outer, 'hex')
  }
}

/** The key as one of both hashes takes it, with room for what comes after. */
function keyed(key: Buffer, pad: number, room: number): Buffer {
  return Buffer.concat([key.map((byte) => byte ^ pad)], BLOCK_BYTES + room)
}
