import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { adjustedStock, MAX_STOCK, StockLimitError } from './inventory'

describe('adjusting stock', () => {
  const counts = fc.integer({ min: 0, max: MAX_STOCK })

  it('reaches every count from none to the limit', () => {
    fc.assert(fc.property(counts, counts, (onHand, wanted) => adjustedStock(onHand, wanted - onHand) === wanted))
  })

  it('never goes below nothing or above the limit', () => {
    fc.assert(
      fc.property(counts, fc.integer({ min: 1, max: MAX_STOCK }), (onHand, excess) => {
        expect(() => adjustedStock(onHand, -onHand - excess)).toThrow(StockLimitError)
        expect(() => adjustedStock(onHand, MAX_STOCK - onHand + excess)).toThrow(StockLimitError)
      }),
    )
  })

  it('says which deltas would do', () => {
    expect(new StockLimitError(5, -6)).toMatchObject({
      code: 'insufficient-stock',
      fields: [{ pointer: '/delta', detail: 'must be between -5 and 999999995' }],
    })
    expect(new StockLimitError(5, MAX_STOCK)).toMatchObject({ code: 'stock-limit' })
  })
})
