import { timingSafeEqual } from 'node:crypto'
import type { Clock } from '../clock'
import { createHmacSha256, type HmacSha256 } from '../hmac-sha256'

export interface OrderIdOptions {
  /** Keys the check; every instance of the service must share it. */
  readonly secret: string
  readonly clock: Clock
  /** `randomUUID` of node:crypto, which buffers its entropy: much cheaper than a few random bytes at a time. */
  readonly randomUuid: () => string
}

/** In hexadecimal digits, without dashes. */
const TIME = 12
const CHECKED = 24
const ALL = 32

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
  readonly #hmac: HmacSha256

  constructor(private readonly options: OrderIdOptions) {
    this.#hmac = createHmacSha256(options.secret)
  }

  mint(): string {
    const time = this.options.clock().getTime().toString(16).padStart(TIME, '0')
    return this.#seal(time + digitsOf(this.options.randomUuid()).slice(TIME, CHECKED), 0)
  }

  /** The id every request of this user under this key has. */
  forKey(userId: string, idempotencyKey: string): string {
    return this.#seal(this.#hmac(JSON.stringify([userId, idempotencyKey])).slice(0, CHECKED), KEYED_FLAG)
  }

  isGenuine(id: string): boolean {
    if (!UUID_V8.test(id)) return false
    const digits = digitsOf(id)
    return timingSafeEqual(Buffer.from(digits.slice(CHECKED)), Buffer.from(this.#check(digits.slice(0, CHECKED))))
  }

  /** When a genuine id was minted; undefined for one under an idempotency key. */
  mintedAt(id: string): Date | undefined {
    if (!UUID_V8.test(id)) return undefined
    const digits = digitsOf(id)
    if (bitsAt(digits, 13) & KEYED_FLAG) return undefined
    return new Date(Number.parseInt(digits.slice(0, TIME), 16))
  }

  /** @param digits time and randomness, or a hash in place of them: what is not version, variant or flag */
  #seal(digits: string, flag: number): string {
    const version = `8${(flag | (bitsAt(digits, 13) & 0b0111)).toString(16)}`
    const variant = (0b1000 | (bitsAt(digits, 16) & 0b0011)).toString(16)
    const sealed = digits.slice(0, 12) + version + digits.slice(14, 16) + variant + digits.slice(17)
    return asUuid(sealed + this.#check(sealed))
  }

  #check(digits: string): string {
    return this.#hmac(digits, 'hex').slice(0, ALL - CHECKED)
  }
}

const UUID_V8 = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

function digitsOf(uuid: string): string {
  return uuid.slice(0, 8) + uuid.slice(9, 13) + uuid.slice(14, 18) + uuid.slice(19, 23) + uuid.slice(24)
}

function asUuid(digits: string): string {
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-${digits.slice(12, 16)}-${digits.slice(16, 20)}-${digits.slice(20)}`
}

function bitsAt(digits: string, index: number): number {
  return Number.parseInt(digits.charAt(index), 16)
}
