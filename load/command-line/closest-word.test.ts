import { expect, it } from 'vitest'
import { closestWord } from './closest-word'

const WORDS = ['rate', 'duration', 'repetitions', 'objective-p99', 'url', 'out']

it.each([
  ['rat', 'rate'],
  ['raet', 'rate'],
  ['duratoin', 'duration'],
  ['repetition', 'repetitions'],
  ['objective', 'objective-p99'],
  ['ulr', 'url'],
  ['output', undefined],
  ['nonsense', undefined],
  ['', undefined],
])('takes %s as a typing error of %s', (typed, word) => {
  expect(closestWord(typed, WORDS)).toBe(word)
})
