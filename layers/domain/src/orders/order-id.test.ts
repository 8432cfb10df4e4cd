import { createHash, randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { OrderIds } from './order-id'

const SECRET = 'a secret of sixteen or more'
const NOW = new Date('2026-01-01T12:00:00.123Z')
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

function orderIds({ secret = SECRET, now = NOW } = {}): OrderIds {
  return new OrderIds({ secret, clock: () => now, randomUuid: randomUUID })
}

const anId = fc.oneof(
  fc
    .date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true })
    .map((now) => orderIds({ now }).mint()),
  fc.tuple(fc.string(), fc.string()).map(([user, key]) => orderIds().forKey(user, key)),
)

describe('an order id', () => {
  it('is a UUID of version 8', () => {
    fc.assert(fc.property(anId, (id) => UUID.test(id)))
  })

  it('is genuine when this service has minted it', () => {
    fc.assert(fc.property(anId, (id) => orderIds().isGenuine(id)))
  })

  it('is not genuine for another secret', () => {
    const others = orderIds({ secret: 'another secret of that length' })

    fc.assert(fc.property(anId, (id) => !others.isGenuine(id)))
  })

  it('is not genuine after a change of any bit', () => {
    const bits = fc.nat({ max: 16 * 8 - 1 })

    fc.assert(fc.property(anId, bits, (id, bit) => !orderIds().isGenuine(withBitFlipped(id, bit))))
  })

  it('is not genuine after a change of any of its bytes', () => {
    for (const id of [orderIds().mint(), orderIds().forKey('user', 'key')]) {
      for (let byte = 0; byte < 16; byte++) {
        expect(orderIds().isGenuine(withBitFlipped(id, byte * 8)), `${id}, byte ${byte}`).toBe(false)
      }
    }
  })

  it.each(['', 'x', '日本', '00000000-0000-8000-8000-000000000000', '01890a5d-ac96-774b-bcce-b302099a8057'])(
    'is not %j',
    (id) => {
      expect(orderIds().isGenuine(id)).toBe(false)
    },
  )

  it('has only one valid spelling', () => {
    const id = orderIds().mint()

    for (const other of [id.toUpperCase(), id.replaceAll('-', ''), ` ${id}`, `${id}\n`, `{${id}}`]) {
      expect(orderIds().isGenuine(other), other).toBe(false)
    }
  })
})

describe('a minted id', () => {
  it('differs from every other id of the same millisecond', () => {
    const ids = orderIds()

    expect(new Set(Array.from({ length: 10_000 }, () => ids.mint())).size).toBe(10_000)
  })

  it('contains the time when it was minted', () => {
    const times = fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true })

    fc.assert(
      fc.property(times, (now) => {
        expect(orderIds().mintedAt(orderIds({ now }).mint())).toEqual(now)
      }),
    )
  })
})

describe('the id of a request with an idempotency key', () => {
  const texts = fc.string({ maxLength: 20 })

  it('is the same for the same user and key, at any time and in any process', () => {
    const later = orderIds({ now: new Date(NOW.getTime() + 86_400_000) })

    fc.assert(fc.property(texts, texts, (user, key) => orderIds().forKey(user, key) === later.forKey(user, key)))
  })

  it('differs for another user or key', () => {
    const pairs = fc.tuple(texts, texts)

    fc.assert(
      fc.property(pairs, pairs, ([user, key], [otherUser, otherKey]) => {
        fc.pre(user !== otherUser || key !== otherKey)
        return orderIds().forKey(user, key) !== orderIds().forKey(otherUser, otherKey)
      }),
    )
  })

  it('differs when the same characters are split between user and key in another way', () => {
    expect(orderIds().forKey('ab', 'c')).not.toBe(orderIds().forKey('a', 'bc'))
    expect(orderIds().forKey('a","b', 'c')).not.toBe(orderIds().forKey('a', 'b","c'))
  })

  it('cannot be predicted without the secret', () => {
    const guess = createHash('sha256')
      .update(JSON.stringify(['user', 'key']))
      .digest('hex')

    expect(orderIds().forKey('user', 'key').replaceAll('-', '').slice(0, 12)).not.toBe(guess.slice(0, 12))
    expect(orderIds().forKey('user', 'key')).not.toBe(orderIds({ secret: 'another secret' }).forKey('user', 'key'))
  })

  it('does not contain the time when it was minted', () => {
    expect(orderIds().mintedAt(orderIds().forKey('user', 'key'))).toBeUndefined()
  })
})

function withBitFlipped(id: string, bit: number): string {
  const bytes = Buffer.from(id.replaceAll('-', ''), 'hex')
  const byte = Math.floor(bit / 8)
  bytes.writeUInt8(bytes.readUInt8(byte) ^ (1 << (bit % 8)), byte)
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

describe('an order id with an owner', () => {
  const anOwner = fc.string({ minLength: 1 })
  const anOwnedId = fc.oneof(
    anOwner.map((owner) => ({ owner, id: orderIds().mint(owner) })),
    fc
      .tuple(anOwner, fc.string(), fc.string())
      .map(([owner, key, caller]) => ({ owner, id: orderIds().forKey(owner, key, caller) })),
  )

  it('is genuine for its owner, and for whoever may see the orders of all', () => {
    fc.assert(
      fc.property(anOwnedId, ({ owner, id }) => orderIds().isGenuine(id, owner) && orderIds().isGenuineForAnyOwner(id)),
    )
  })

  it('is not genuine for anybody else, nor in an open shop', () => {
    const isRefused = (owner: string | undefined, ids: readonly string[]) =>
      ids.filter((id) => orderIds().isGenuine(id, owner)).length === 0
    const ids = Array.from({ length: 50 }, () => orderIds().mint('ann'))

    expect(isRefused('bob', ids)).toBe(true)
    expect(isRefused(undefined, ids)).toBe(true)
  })

  it('is not genuine for anybody after a change of any of its bytes before the second half of the check', () => {
    const id = orderIds().mint('ann')

    for (let byte = 0; byte < 14; byte++) {
      expect(orderIds().isGenuineForAnyOwner(withBitFlipped(id, byte * 8)), `byte ${byte}`).toBe(false)
    }
  })

  it('under a key depends on the caller too, unless the owner is the caller', () => {
    const own = orderIds().forKey('ann', 'key', 'ann')

    expect(orderIds().forKey('ann', 'key', 'ann')).toBe(own)
    expect(orderIds().forKey('ann', 'key', 'clerk')).not.toBe(own)
    expect(orderIds().forKey('ann', 'key', 'clerk')).not.toBe(orderIds().forKey('ann', 'key', 'other'))
  })
})
