import { describe, expect, it } from 'vitest'
import type { RecordedOrder } from '../shop/bodies'
import { type Evidence, reconcile } from './reconcile'

function order(id: string, given: Partial<RecordedOrder> = {}): RecordedOrder {
  return {
    id,
    status: 'confirmed',
    userId: 'load-1',
    channel: 'kafka',
    lines: [{ productId: 1, quantity: 1 }],
    acceptedAtMs: 0,
    consumedAtMs: 1,
    committedAtMs: 2,
    ...given,
  }
}

/** Two orders of one product, accepted, confirmed and sold. */
const EVEN: Evidence = {
  channels: ['kafka'],
  accepted: ['a', 'b'].map((id) => ({ channel: 'kafka' as const, id })),
  recorded: [order('a'), order('b')],
  deadLetters: [],
  products: [{ id: 1, initial: 10, onHand: 8, sold: 2 }],
}

const letter = (messageId: string, status = 'open') => ({ messageId, status, lastFailedAtMs: 0 })

describe('the books', () => {
  it('hold when every order and every unit is where it should be', () => {
    expect(reconcile(EVEN)).toEqual({
      holds: true,
      orders: [
        {
          channel: 'kafka',
          accepted: 2,
          confirmed: 2,
          rejected: 0,
          deadLettered: 0,
          missing: 0,
          doubled: 0,
          unanswered: 0,
        },
      ],
      products: [{ productId: 1, initial: 10, onHand: 8, sold: 2, holds: true }],
      complaints: [],
    })
  })

  it('hold with rejected, dead-lettered and cancelled orders, which keep no units', () => {
    const evidence: Evidence = {
      ...EVEN,
      accepted: ['a', 'b', 'c', 'd'].map((id) => ({ channel: 'kafka', id })),
      recorded: [order('a'), order('b', { status: 'rejected' }), order('c', { status: 'cancelled' })],
      deadLetters: [letter('d')],
      products: [{ id: 1, initial: 10, onHand: 9, sold: 1 }],
    }

    expect(reconcile(evidence)).toMatchObject({
      holds: true,
      orders: [{ accepted: 4, confirmed: 2, rejected: 1, deadLettered: 1, missing: 0 }],
      products: [{ sold: 1, holds: true }],
    })
  })

  it('hold when an order was replayed from the dead letters', () => {
    expect(reconcile({ ...EVEN, deadLetters: [letter('a', 'replayed')] }).holds).toBe(true)
  })

  it('hold with an order that nobody was told of, and count it', () => {
    const evidence = {
      ...EVEN,
      recorded: [...EVEN.recorded, order('z')],
      products: [{ id: 1, initial: 10, onHand: 7, sold: 3 }],
    }
    expect(reconcile(evidence)).toMatchObject({ holds: true, orders: [{ unanswered: 1 }] })
  })

  it('take a rejected synchronous order for the answer that it was', () => {
    const evidence: Evidence = {
      ...EVEN,
      channels: ['sync'],
      accepted: [],
      recorded: [order('a', { channel: 'sync', status: 'rejected' })],
      products: [],
    }
    expect(reconcile(evidence)).toMatchObject({ holds: true, orders: [{ unanswered: 0 }] })
  })
})

describe.each<[string, Partial<Evidence>, object, RegExp]>([
  ['is lost', { recorded: [order('a')], products: [] }, { missing: 1 }, /^kafka: accepted and lost b$/],
  ['is recorded twice', { recorded: [...EVEN.recorded, order('b')] }, { doubled: 1 }, /b is recorded 2 times/],
  [
    'has an id that another has',
    { accepted: [...EVEN.accepted, { channel: 'kafka', id: 'b' }] },
    { accepted: 3, doubled: 1 },
    /b was given to 2 requests/,
  ],
  ['is recorded and dead', { deadLetters: [letter('b')] }, { doubled: 1 }, /b is recorded and among the dead letters/],
  [
    'holds more than was asked for',
    { recorded: [order('a'), order('b', { lines: [{ productId: 1, quantity: 2 }] })] },
    { doubled: 1 },
    /b holds 2 units, and 1 was asked for/,
  ],
])('an order that %s', (_, given, books, complaint) => {
  it('is complained of', () => {
    const reconciliation = reconcile({ ...EVEN, ...given })

    expect(reconciliation.holds).toBe(false)
    expect(reconciliation.orders).toMatchObject([books])
    expect(reconciliation.complaints).toContainEqual(expect.stringMatching(complaint))
  })
})

describe('the books of a product', () => {
  it.each([
    ['units are gone that nobody bought', { onHand: 7, sold: 2 }, /1: 10 at first, 7 on hand and 2 in orders/],
    ['units came from nowhere', { onHand: 9, sold: 2 }, /1: 10 at first, 9 on hand/],
    ['the shop has counted otherwise', { onHand: 8, sold: 3 }, /the shop says 3 were sold, its orders 2/],
  ])('do not hold when %s', (_, counts, complaint) => {
    const reconciliation = reconcile({ ...EVEN, products: [{ id: 1, initial: 10, ...counts }] })

    expect(reconciliation).toMatchObject({ holds: false, products: [{ holds: false }] })
    expect(reconciliation.complaints).toContainEqual(expect.stringMatching(complaint))
  })

  it('do not hold below zero, even where the sum is right', () => {
    const evidence = { ...EVEN, products: [{ id: 1, initial: 1, onHand: -1, sold: 2 }] }
    expect(reconcile(evidence).complaints).toEqual(['product 1: -1 on hand'])
  })

  it('do not hold when a synchronous order was answered as confirmed and is rejected', () => {
    const evidence: Evidence = {
      channels: ['sync'],
      accepted: [{ channel: 'sync', id: 'a' }],
      recorded: [order('a', { channel: 'sync', status: 'rejected' })],
      deadLetters: [],
      products: [],
    }
    expect(reconcile(evidence).complaints).toEqual(['sync: answered as confirmed, and rejected a'])
  })
})

it('a thousand losses are a few lines', () => {
  const accepted = Array.from({ length: 1_000 }, (_, at) => ({ channel: 'kafka' as const, id: `lost-${at}` }))

  const { complaints } = reconcile({ ...EVEN, accepted, recorded: [], products: [] })

  expect(complaints).toHaveLength(6)
  expect(complaints.at(-1)).toBe('kafka: accepted and lost: and 995 more')
})
