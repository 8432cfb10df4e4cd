import type { Admin } from 'kafkajs'
import { describe, expect, it } from 'vitest'
import { aKafkaMapping } from '../testing/kafka-builders'
import { commitMetadata, findStartingOffsets } from './starting-offsets'

const ID = 'a'.repeat(32)
const OTHER_ID = 'b'.repeat(32)

/** A topic with records 2 to 9, of which the group has committed this offset. */
function startOf(
  committed: { readonly offset: string; readonly metadata: string | null },
  topicId: string | undefined,
) {
  const admin = {
    fetchOffsets: async () => [{ topic: 'orders', partitions: [{ partition: 0, ...committed }] }],
    fetchTopicOffsets: async () => [{ partition: 0, offset: '10', high: '10', low: '2' }],
  } as unknown as Admin
  return findStartingOffsets(admin, aKafkaMapping(), topicId).then((starts) => starts.get(0))
}

const startingPosition = { offset: 2n, isCommitted: false }

describe('a partition starts', () => {
  it.each([
    { what: 'of the same topic', metadata: commitMetadata(ID), topicId: ID },
    { what: 'of another client', metadata: null, topicId: ID },
    { what: 'with the text of another client', metadata: 'at noon', topicId: ID },
    { what: 'of a topic without ids', metadata: null, topicId: undefined },
  ])('at a committed offset $what', async ({ metadata, topicId }) => {
    expect(await startOf({ offset: '5', metadata }, topicId)).toEqual({ offset: 5n, isCommitted: true })
  })

  it('at the starting position when the offset was committed for another topic with the same name', async () => {
    expect(await startOf({ offset: '5', metadata: commitMetadata(OTHER_ID) }, ID)).toEqual(startingPosition)
  })

  it.each([
    { what: 'there is no committed offset', offset: '-1' },
    { what: 'the committed offset is beyond the end', offset: '11' },
  ])('at the starting position when $what', async ({ offset }) => {
    expect(await startOf({ offset, metadata: null }, undefined)).toEqual(startingPosition)
  })
})
