import { expect, it } from 'vitest'
import { causesText } from './causes-text'

it.each([
  [{}, ''],
  [{ timeout: 1 }, '1 × no response in time'],
  [{ '307': 1_600, connection: 2 }, '1,600 × 307 (a redirect), 2 × connection refused or closed'],
  [{ a: 1, b: 2, c: 3, d: 4, e: 5 }, '5 × e, 4 × d, 3 × c, 3 × other causes'],
])('shows the causes %o as %s', (causes, text) => {
  expect(causesText(causes)).toBe(text)
})
