import { expect, it } from 'vitest'
import { toSqlTime } from './session'

it('writes a time in UTC and without a zone, as MySQL reads it', () => {
  expect(toSqlTime(new Date('2026-01-02T03:04:05.006Z'))).toBe('2026-01-02T03:04:05.006')
})
