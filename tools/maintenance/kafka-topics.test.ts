import { describe, expect, it } from 'vitest'
import { toRow } from './kafka-topics'

describe('a partition in the list of topics', () => {
  it('shows how many of its replicas are in sync when some are not', () => {
    const partition = { partitionId: 1, leader: 3, replicas: [2, 3, 1], isr: [3, 1] }

    expect(toRow('orders', partition, [{ partition: 1, offset: '7', low: '2', high: '7' }])).toEqual({
      topic: 'orders',
      partition: 1,
      leader: 3,
      replicas: '2,3,1',
      'in sync': '3,1 (2 of 3)',
      start: 2,
      end: 7,
    })
  })

  it('has unknown offsets while it has no leader', () => {
    const partition = { partitionId: 0, leader: -1, replicas: [1], isr: [] }

    expect(toRow('orders', partition, [])).toMatchObject({ leader: 'none', start: 'unknown', end: 'unknown' })
  })
})
