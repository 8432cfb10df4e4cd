import { expect, it } from 'vitest'
import { formatTable } from './format-table'

it('a table aligns words to the left and numbers to the right', () => {
  const table = formatTable([
    { queue: 'orders', ready: 12_345, state: 'up' },
    { queue: 'orders.dlq', ready: 0, state: '' },
  ])

  expect(table.split('\n')).toEqual(['queue        ready  state', 'orders      12,345  up', 'orders.dlq       0'])
})
