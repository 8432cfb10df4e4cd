import fc from 'fast-check'
import { expect, it } from 'vitest'
import { isoTime } from './iso-time'

it('formats a date like toISOString, whatever was formatted before', () => {
  fc.assert(
    fc.property(fc.array(fc.date({ noInvalidDate: true })), (dates) => {
      for (const at of dates) {
        const near = new Date(Math.min(at.getTime() + 1, 8.64e15))
        expect([isoTime(at), isoTime(near)]).toEqual([at.toISOString(), near.toISOString()])
      }
    }),
  )
})

it('refuses an invalid date, whatever was formatted before', () => {
  isoTime(new Date(0))

  for (let time = 0; time < 2; time++) expect(() => isoTime(new Date(Number.NaN))).toThrow(RangeError)
})
