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

/** Two accepted and confirmed orders of one product. */
const BALANCED: Evidence = {
  channels: ['kafka'],
  accepted: ['a', 'b'].map((id) => ({ channel: 'kafka' as const, id })),
  recorded: [order('a'), order('b')],
  deadLetters: [],
  products: [{ id: 1, initial: 10, onHand: 8, sold: 2 }],
}

const deadLetter = (messageId: string, status = 'open') => ({ messageId, status, lastFailedAtMs: 0 })

describe('the reconciliation', () => {
  it('holds if every order and every unit is accounted for', () => {
    expect(reconcile(BALANCED)).toEqual({
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
          withoutResponse: 0,
        },
      ],
      products: [{ productId: 1, initial: 10, onHand: 8, sold: 2, holds: true }],
      discrepancies: [],
    })
  })

  it('holds with rejected, dead-lettered and cancelled orders, which keep no units', () => {
    const evidence: Evidence = {
      ...BALANCED,
      accepted: ['a', 'b', 'c', 'd'].map((id) => ({ channel: 'kafka', id })),
      recorded: [order('a'), order('b', { status: 'rejected' }), order('c', { status: 'cancelled' })],
      deadLetters: [deadLetter('d')],
      products: [{ id: 1, initial: 10, onHand: 9, sold: 1 }],
    }

    expect(reconcile(evidence)).toMatchObject({
      holds: true,
      orders: [{ accepted: 4, confirmed: 2, rejected: 1, deadLettered: 1, missing: 0 }],
      products: [{ sold: 1, holds: true }],
    })
  })

  it('holds if an order was replayed from the dead letters', () => {
    expect(reconcile({ ...BALANCED, deadLetters: [deadLetter('a', 'replayed')] }).holds).toBe(true)
  })

  it('holds with an order whose response was lost, and counts it', () => {
    const evidence = {
      ...BALANCED,
      recorded: [...BALANCED.recorded, order('z')],
      products: [{ id: 1, initial: 10, onHand: 7, sold: 3 }],
    }
    expect(reconcile(evidence)).toMatchObject({ holds: true, orders: [{ withoutResponse: 1 }] })
  })

  it('holds with a rejected synchronous order, because the refusal was its response', () => {
    const evidence: Evidence = {
      ...BALANCED,
      channels: ['sync'],
      accepted: [],
      recorded: [order('a', { channel: 'sync', status: 'rejected' })],
      products: [],
    }
    expect(reconcile(evidence)).toMatchObject({ holds: true, orders: [{ withoutResponse: 0 }] })
  })
})

describe.each<[string, Partial<Evidence>, object, RegExp]>([
  ['is lost', { recorded: [order('a')], products: [] }, { missing: 1 }, /^kafka: accepted and lost b$/],
  ['is recorded twice', { recorded: [...BALANCED.recorded, order('b')] }, { doubled: 1 }, /b is recorded 2 times/],
  [
    'has an id that another has',
    { accepted: [...BALANCED.accepted, { channel: 'kafka', id: 'b' }] },
    { accepted: 3, doubled: 1 },
    /b was returned to 2 requests/,
  ],
  [
    'is recorded and also dead-lettered',
    { deadLetters: [deadLetter('b')] },
    { doubled: 1 },
    /b is recorded and also dead-lettered/,
  ],
  [
    'has more units than ordered',
    { recorded: [order('a'), order('b', { lines: [{ productId: 1, quantity: 2 }] })] },
    { doubled: 1 },
    /b has 2 units instead of 1/,
  ],
])('an order that %s', (_, given, balance, discrepancy) => {
  it('is a discrepancy', () => {
    const reconciliation = reconcile({ ...BALANCED, ...given })

    expect(reconciliation.holds).toBe(false)
    expect(reconciliation.orders).toMatchObject([balance])
    expect(reconciliation.discrepancies).toContainEqual(expect.stringMatching(discrepancy))
  })
})

describe('the stock of a product', () => {
  it.each([
    ['units are missing that nobody bought', { onHand: 7, sold: 2 }, /1: 10 initial, but 7 on hand and 2 in orders/],
    ['there are more units than before', { onHand: 9, sold: 2 }, /1: 10 initial, but 9 on hand/],
    ['the count of the shop differs', { onHand: 8, sold: 3 }, /the shop reports 3 sold, its orders sum up to 2/],
  ])('does not balance if %s', (_, counts, discrepancy) => {
    const reconciliation = reconcile({ ...BALANCED, products: [{ id: 1, initial: 10, ...counts }] })

    expect(reconciliation).toMatchObject({ holds: false, products: [{ holds: false }] })
    expect(reconciliation.discrepancies).toContainEqual(expect.stringMatching(discrepancy))
  })

  it('does not balance below zero, even if the sum is right', () => {
    const evidence = { ...BALANCED, products: [{ id: 1, initial: 1, onHand: -1, sold: 2 }] }
    expect(reconcile(evidence).discrepancies).toEqual(['product 1: -1 on hand'])
  })

  it('does not balance if a synchronous order was confirmed in the response and is recorded as rejected', () => {
    const evidence: Evidence = {
      channels: ['sync'],
      accepted: [{ channel: 'sync', id: 'a' }],
      recorded: [order('a', { channel: 'sync', status: 'rejected' })],
      deadLetters: [],
      products: [],
    }
    expect(reconcile(evidence).discrepancies).toEqual([
      'sync: confirmed in the response, but rejected in the records a',
    ])
  })
})

it('reports a thousand losses in a few lines', () => {
  const accepted = Array.from({ length: 1_000 }, (_, at) => ({ channel: 'kafka' as const, id: `lost-${at}` }))

  const { discrepancies } = reconcile({ ...BALANCED, accepted, recorded: [], products: [] })

  expect(discrepancies).toHaveLength(6)
  expect(discrepancies.at(-1)).toBe('kafka: accepted and lost: and 995 more')
})
