import { hash } from 'node:crypto'

const BLOCK_BYTES = 64

/**
 * HMAC-SHA-256 (RFC 2104) under one key, for short data. Two one-shot hashes make no native object that the collector
 * has to look after, as `createHmac` does at every call: it is on the way of every order.
 */
export function createHmacSha256(secret: string): (data: Buffer | string) => Buffer {
  const given = Buffer.from(secret, 'utf8')
  const key = Buffer.alloc(BLOCK_BYTES)
  ;(given.length > BLOCK_BYTES ? sha256(given) : given).copy(key)
  const inner = key.map((byte) => byte ^ 0x36)
  const outer = key.map((byte) => byte ^ 0x5c)
  return (data) => sha256(Buffer.concat([outer, sha256(Buffer.concat([inner, Buffer.from(data)]))]))
}

/** By way of hexadecimal, which is quicker than to ask for a buffer. */
function sha256(data: Buffer): Buffer {
  return Buffer.from(hash('sha256', data, 'hex'), 'hex')
}
