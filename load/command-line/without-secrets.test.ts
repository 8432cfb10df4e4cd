import { expect, it } from 'vitest'
import { withoutSecrets } from './without-secrets'

it.each([
  ['http://user:secret@shop.example:3000', 'http://shop.example:3000'],
  ['https://secret@shop.example/path', 'https://shop.example/path'],
  ['http://user:sec@ret@shop.example', 'http://shop.example'],
  ['http://user:sec/ret@shop.example', 'http://shop.example'],
  ['http://user:sec?ret#@shop.example', 'http://shop.example'],
  ['user:secret@shop.example:3000', 'shop.example:3000'],
  ['http:user:secret@shop.example', 'shop.example'],
  ['ftp://user:secret@shop.example', 'ftp://shop.example'],
  ['//user:secret@shop.example', '//shop.example'],
  ['http://shop.example/?token=secret', 'http://shop.example/'],
  ['http://shop.example/#secret', 'http://shop.example/'],
])('removes what may be secret from %s', (text, shown) => {
  expect(withoutSecrets(text)).toBe(shown)
})

it.each(['http://localhost:3000', 'http://[::1]:3000/base', 'localhost:3000', 'results/before.json', '30s', ''])(
  'keeps %s as it is',
  (text) => {
    expect(withoutSecrets(text)).toBe(text)
  },
)
