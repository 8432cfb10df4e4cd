import { expect, it } from 'vitest'
import { timeLeftText } from './progress-text'

it.each([
  [undefined, ''],
  [0, 'finishing'],
  [-0, 'finishing'],
  [400, 'finishing'],
  [600, 'about 1 s left'],
  [30_400, 'about 30 s left'],
  [90_000, 'about 1 min 30 s left'],
])('shows %s ms that are left as "%s"', (leftMs, text) => {
  expect(timeLeftText(leftMs)).toBe(text)
})
