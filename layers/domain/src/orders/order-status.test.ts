import { describe, expect, it } from 'vitest'
import {
  assertTransition,
  IllegalTransitionError,
  ORDER_STATUSES,
  type OrderStatus,
  RECORDED_STATUSES,
  type RecordedStatus,
  returnsStock,
  TRANSITIONS,
} from './order-status'

/** The contract, repeated on purpose. */
const LEGAL: Readonly<Record<RecordedStatus, readonly OrderStatus[]>> = {
  confirmed: ['shipped', 'cancelled'],
  shipped: ['delivered'],
  delivered: [],
  cancelled: [],
  rejected: [],
}

const pairs = (Object.keys(LEGAL) as RecordedStatus[]).flatMap((from) =>
  ORDER_STATUSES.map((to) => ({ from, to, isLegal: LEGAL[from].includes(to) })),
)

describe('the order status', () => {
  it.each(pairs.filter(({ isLegal }) => isLegal))('may change from $from to $to', ({ from, to }) => {
    expect(() => assertTransition(from, to)).not.toThrow()
  })

  it.each(pairs.filter(({ isLegal }) => !isLegal))('may not change from $from to $to', ({ from, to }) => {
    expect(() => assertTransition(from, to)).toThrow(IllegalTransitionError)
  })
})

it('every status leads to one that is final', () => {
  const canEnd = (from: OrderStatus): boolean => TRANSITIONS[from].length === 0 || TRANSITIONS[from].some(canEnd)

  for (const status of ORDER_STATUSES) expect(canEnd(status), status).toBe(true)
})

it('only a cancellation returns stock', () => {
  expect(RECORDED_STATUSES.filter(returnsStock)).toEqual(['cancelled'])
})

describe('an illegal transition', () => {
  it.each(pairs.filter(({ isLegal }) => !isLegal))('from $from to $to names the legal statuses', ({ from, to }) => {
    const error = new IllegalTransitionError(from, to)

    expect(error).toMatchObject({ code: 'illegal-transition', from, to, legal: LEGAL[from], retriable: false })
    expect(error.message).toContain(`${from} cannot become ${to}`)
    for (const status of LEGAL[from]) expect(error.message).toContain(status)
  })

  it('says when no transition is legal', () => {
    expect(new IllegalTransitionError('delivered', 'shipped').message).toContain('Its status cannot change')
  })

  it('names none for a pending order, because only placement changes it, and says when to try again', () => {
    const error = new IllegalTransitionError('pending', 'cancelled')

    expect(error.legal).toEqual([])
    expect(error.message).toContain('not placed yet: try again when')
  })
})
