import { timingSafeEqual } from 'node:crypto'
import type { Clock } from '../clock'
import { createHmacSha256, type HmacSha256 } from '../hmac-sha256'

export interface OrderIdOptions {
  /** The key of the check. All instances of the service must share it. */
  readonly secret: string
  readonly clock: Clock
  /** `randomUUID` of node:crypto. It buffers random bytes, which is much cheaper than requesting a few at a time. */
  readonly randomUuid: () => string
}

/** Numbers of hexadecimal digits, without dashes. */
const TIME_DIGITS = 12
const CHECKED_DIGITS = 24
const ALL_DIGITS = 32
const HALF_CHECK = 4

const KEYED_FLAG = 0b1000

/**
 * Order ids are UUIDs of version 8 that verify themselves:
 *
 *     48 bits time in ms | version | 1 bit keyed + 11 random | variant | 30 random | 32 bits keyed check
 *
 * For a request with an idempotency key, the flag is set and a hash of user and key replaces time and randomness. So a
 * repeated request gets the same id. The check distinguishes an order that is still in a broker from an id that was
 * never issued, and needs no write when the order is accepted. It makes guessing hard, but it is no authorization.
 *
 * In a shop with callers, the second half of the check depends on the owner of the order too. So another customer cannot
 * distinguish a pending order from an id that was never issued, except by a chance of 1 in 65,536. Whoever may see the
 * orders of all users verifies only the first half.
 */
export class OrderIds {
  readonly #hmac: HmacSha256

  constructor(private readonly options: OrderIdOptions) {
    this.#hmac = createHmacSha256(options.secret)
  }

  /** @param owner the buyer, in a shop with callers */
  mint(owner?: string): string {
    const time = this.options.clock().getTime().toString(16).padStart(TIME_DIGITS, '0')
    return this.#seal(time + digitsOf(this.options.randomUuid()).slice(TIME_DIGITS, CHECKED_DIGITS), 0, owner)
  }

  /**
   * The id of every order of this user that the caller has requested with this key.
   * @param caller undefined in an open shop
   */
  forKey(userId: string, idempotencyKey: string, caller?: string): string {
    // Whoever orders for somebody else has own keys.
    const request =
      caller === undefined || caller === userId ? [userId, idempotencyKey] : [userId, idempotencyKey, caller]
    const owner = caller === undefined ? undefined : userId
    return this.#seal(this.#hmac(JSON.stringify(request)).slice(0, CHECKED_DIGITS), KEYED_FLAG, owner)
  }

  /** Whether this service has issued the id, to this owner if one is given. */
  isGenuine(id: string, owner?: string): boolean {
    return this.#hasCheck(id, (digits) => this.#check(digits, owner))
  }

  /** Whether this service has issued the id, to whomever. */
  isGenuineForAnyOwner(id: string): boolean {
    return this.#hasCheck(id, (digits) => this.#check(digits).slice(0, HALF_CHECK))
  }

  /** The time when a genuine id was minted. Undefined for an id with an idempotency key. */
  mintedAt(id: string): Date | undefined {
    if (!UUID_V8.test(id)) return undefined
    const digits = digitsOf(id)
    if (bitsAt(digits, 13) & KEYED_FLAG) return undefined
    return new Date(Number.parseInt(digits.slice(0, TIME_DIGITS), 16))
  }

  /** @param digits time and randomness, or the hash; version, flag and variant are set here */
  #seal(digits: string, flag: number, owner: string | undefined): string {
    const version = `8${(flag | (bitsAt(digits, 13) & 0b0111)).toString(16)}`
    const variant = (0b1000 | (bitsAt(digits, 16) & 0b0011)).toString(16)
    const sealed = digits.slice(0, 12) + version + digits.slice(14, 16) + variant + digits.slice(17)
    return asUuid(sealed + this.#check(sealed, owner))
  }

  #check(digits: string, owner?: string): string {
    const check = this.#hmac(digits, 'hex').slice(0, ALL_DIGITS - CHECKED_DIGITS)
    if (owner === undefined) return check
    return check.slice(0, HALF_CHECK) + this.#hmac(JSON.stringify({ digits, owner })).slice(0, HALF_CHECK)
  }

  /** @param expectedOf returns the beginning of the check that the id must have */
  #hasCheck(id: string, expectedOf: (digits: string) => string): boolean {
    if (!UUID_V8.test(id)) return false
    const digits = digitsOf(id)
    const expected = expectedOf(digits.slice(0, CHECKED_DIGITS))
    const given = digits.slice(CHECKED_DIGITS, CHECKED_DIGITS + expected.length)
    return timingSafeEqual(Buffer.from(given), Buffer.from(expected))
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
