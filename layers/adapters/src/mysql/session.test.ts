import fc from 'fast-check'
import { expect, it } from 'vitest'
import { toSqlTime } from './session'

it('writes a time as MySQL reads it, whichever was written before', () => {
  const times = fc.date({
    min: new Date('1000-01-01T00:00:00Z'),
    max: new Date('9999-12-31T23:59:59Z'),
    noInvalidDate: true,
  })
  fc.assert(
    fc.property(fc.array(times), (dates) => {
      for (const at of dates) {
        for (const near of [at, new Date(at.getTime() + 1)]) {
          expect(`${toSqlTime(near)}Z`).toBe(near.toISOString())
        }
      }
    }),
  )
})
