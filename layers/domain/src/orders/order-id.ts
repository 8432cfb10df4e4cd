import { timingSafeEqual } from 'node:crypto'
import type { Clock } from '../clock'
import { createHmacSha256 } from '../hmac-sha256'

export interface OrderIdOptions {
  /** Keys the check; every instance of the service must share it. */
  readonly secret: string
  readonly clock: Clock
  /** `randomUUID` of node:crypto, which buffers its entropy: much cheaper than a few random bytes at a time. */
  readonly randomUuid: () => string
}

const TIME_BYTES = 6
const CHECKED_BYTES = 12
const KEYED_FLAG = 0b1000

/**
 * Order ids are UUIDs of version 8 that verify themselves:
 *
 *     48 bits time in ms | version | 1 bit keyed + 11 random | variant | 30 random | 32 bits keyed check
 *
 * An id under an idempotency key has its flag set and holds a hash of user and key in place of time and randomness,
 * so a repeated request mints the same id. The check lets a reader tell an order that is still in a broker from an id
 * nobody was ever given, without a write when the order is accepted. It deters guessing, it does not authorise.
 */
export class OrderIds {
  readonly #hmac: (data: Buffer | string) => Buffer

  constructor(private readonly options: OrderIdOptions) {
    this.#hmac = createHmacSha256(options.secret)
  }

  mint(): string {
    const bytes = toBytes(this.options.randomUuid())
    bytes.writeUIntBE(this.options.clock().getTime(), 0, TIME_BYTES)
    return this.#seal(bytes, 0)
  }

  /** The id every request of this user under this key has. */
  forKey(userId: string, idempotencyKey: string): string {
    const bytes = Buffer.alloc(16)
    this.#hmac(JSON.stringify([userId, idempotencyKey])).copy(bytes, 0, 0, CHECKED_BYTES)
    return this.#seal(bytes, KEYED_FLAG)
  }

  isGenuine(id: string): boolean {
    const bytes = parse(id)
    return bytes !== undefined && timingSafeEqual(bytes.subarray(CHECKED_BYTES), this.#check(bytes))
  }

  /** When a genuine id was minted; undefined for one under an idempotency key. */
  mintedAt(id: string): Date | undefined {
    const bytes = parse(id)
    if (bytes === undefined || bytes.readUInt8(6) & KEYED_FLAG) return undefined
    return new Date(bytes.readUIntBE(0, TIME_BYTES))
  }

  #seal(bytes: Buffer, flag: number): string {
    bytes.writeUInt8(0x80 | flag | (bytes.readUInt8(6) & 0x07), 6)
    bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8)
    this.#check(bytes).copy(bytes, CHECKED_BYTES)
    return format(bytes)
  }

  #check(bytes: Buffer): Buffer {
    return this.#hmac(bytes.subarray(0, CHECKED_BYTES)).subarray(0, bytes.length - CHECKED_BYTES)
  }
}

function format(bytes: Buffer): string {
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

const UUID_V8 = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

function parse(id: string): Buffer | undefined {
  return UUID_V8.test(id) ? toBytes(id) : undefined
}

function toBytes(uuid: string): Buffer {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex')
}
