import { describe, expect, it } from 'vitest'
import { mostRecentFirst } from './galera-node'

const ID = '2cb800ce-3c4b-4b32-9659-bed71604ad4e'

describe('the order in which the nodes of a stopped cluster start', () => {
  it('begins with the node that has the most recent commit', () => {
    const nodes = [
      { index: 0, position: `${ID}:7` },
      { index: 1, position: undefined },
      { index: 2, position: `${ID}:10` },
    ]

    expect(mostRecentFirst(nodes).map(({ index }) => index)).toEqual([2, 0, 1])
  })

  it('is the order of the nodes where none has data', () => {
    const nodes = [0, 1, 2].map((index) => ({ index, position: undefined }))

    expect(mostRecentFirst(nodes).map(({ index }) => index)).toEqual([0, 1, 2])
  })
})
