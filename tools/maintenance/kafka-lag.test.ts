import { describe, expect, it } from 'vitest'
import { lagBehind } from './kafka-lag'

describe('the lag of a group on a partition', () => {
  it('is what it has not committed', () => {
    expect(lagBehind({ low: '2', high: '10' }, 7)).toEqual({ committed: 7, end: 10, lag: 3 })
  })

  it('is all that is there while it has committed nothing', () => {
    expect(lagBehind({ low: '2', high: '10' }, -1)).toEqual({ committed: 'nothing', end: 10, lag: 8 })
  })

  it('leaves out what is gone unread', () => {
    expect(lagBehind({ low: '9', high: '10' }, 4)).toEqual({ committed: 4, end: 10, lag: 1 })
  })

  it('is unknown while the leader is away that knows the end; what was committed is not', () => {
    expect(lagBehind(undefined, 7)).toEqual({ committed: 7, end: 'unknown', lag: 'unknown' })
  })
})
