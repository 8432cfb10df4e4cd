import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { adjustedStock, MAX_STOCK, StockLimitError } from './inventory'

describe('adjusting stock', () => {
  const counts = fc.integer({ min: 0, max: MAX_STOCK })

  it('can reach every stock from 0 to the limit', () => {
    fc.assert(fc.property(counts, counts, (onHand, wanted) => adjustedStock(onHand, wanted - onHand) === wanted))
  })

  it('never leads to a stock below 0 or above the limit', () => {
    fc.assert(
      fc.property(counts, fc.integer({ min: 1, max: MAX_STOCK }), (onHand, excess) => {
        expect(() => adjustedStock(onHand, -onHand - excess)).toThrow(StockLimitError)
        expect(() => adjustedStock(onHand, MAX_STOCK - onHand + excess)).toThrow(StockLimitError)
      }),
    )
  })

  it('can always lower a stock above the limit, and never raise it', () => {
    const above = fc.integer({ min: MAX_STOCK + 1, max: 5 * MAX_STOCK })

    fc.assert(
      fc.property(above, fc.integer({ min: 1, max: MAX_STOCK }), (onHand, units) => {
        expect(adjustedStock(onHand, -units)).toBe(onHand - units)
        expect(() => adjustedStock(onHand, units)).toThrow(StockLimitError)
      }),
    )
    expect(new StockLimitError(MAX_STOCK + 5, 1)).toMatchObject({
      code: 'stock-limit',
      fields: [{ pointer: '/delta', detail: 'must be between -1000000005 and 0' }],
    })
  })

  it('reports which deltas are possible', () => {
    expect(new StockLimitError(5, -6)).toMatchObject({
      code: 'insufficient-stock',
      fields: [{ pointer: '/delta', detail: 'must be between -5 and 999999995' }],
    })
    expect(new StockLimitError(5, MAX_STOCK)).toMatchObject({ code: 'stock-limit' })
  })
})
