import { describe, expect, it } from 'vitest'
import { toLagColumns } from './kafka-lag'

describe('the lag of a group on a partition', () => {
  it('counts the records that the group has not committed', () => {
    expect(toLagColumns({ low: '2', high: '10' }, 7)).toEqual({ committed: 7, end: 10, lag: 3 })
  })

  it('counts all records while the group has committed nothing', () => {
    expect(toLagColumns({ low: '2', high: '10' }, -1)).toEqual({ committed: 'nothing', end: 10, lag: 8 })
  })

  it('does not count records that were deleted before the group read them', () => {
    expect(toLagColumns({ low: '9', high: '10' }, 4)).toEqual({ committed: 4, end: 10, lag: 1 })
  })

  it('is unknown while the partition has no leader, and still shows the committed offset', () => {
    expect(toLagColumns(undefined, 7)).toEqual({ committed: 7, end: 'unknown', lag: 'unknown' })
  })
})
