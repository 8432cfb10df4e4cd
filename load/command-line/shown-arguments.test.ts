import { expect, it } from 'vitest'
import { shownArguments } from './shown-arguments'

it.each([
  [['--token', 'a.b.c', '--rate', '5'], '--token (hidden) --rate 5'],
  [['quick', '--token=a.b.c'], 'quick --token=(hidden)'],
  [['--client-credentials', 'id:secret'], '--client-credentials (hidden)'],
  [['--client-credentials=id:secret', '--url', 'http://u:p@shop'], '--client-credentials=(hidden) --url http://shop'],
  [['--tokens', 'x'], '--tokens x'],
])('of %j, the results show "%s"', (args, shown) => {
  expect(shownArguments(args).join(' ')).toBe(shown)
})
