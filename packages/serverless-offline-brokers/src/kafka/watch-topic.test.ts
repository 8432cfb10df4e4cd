import type { Admin } from 'kafkajs'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { aKafkaMapping } from '../testing/kafka-builders'
import { commitMetadata } from './starting-offsets'
import { type TopicWatch, watchTopic } from './watch-topic'

const NEVER_MS = 2 ** 31 - 1
const ID = 'a'.repeat(32)

interface Options {
  /** The committed offset. -1: none. */
  readonly offset?: string
  readonly metadata?: string | null
  readonly end?: string
  readonly topicId?: string
  readonly error?: Error
}

let watch: TopicWatch

function start({ offset = '3', metadata = null, end = '3', topicId, error }: Options) {
  const onReplaced = vi.fn()
  const onError = vi.fn()
  const fetchOffsets = vi.fn(async () => {
    if (error !== undefined) throw error
    return [{ topic: 'orders', partitions: [{ partition: 0, offset, metadata }] }]
  })
  const fetchTopicOffsets = async () => [{ partition: 0, offset: end, high: end, low: '0' }]
  watch = watchTopic({
    admin: { fetchOffsets, fetchTopicOffsets } as unknown as Admin,
    mapping: aKafkaMapping(),
    topicId: () => topicId,
    checkIntervalMs: NEVER_MS,
    positions: () => new Map([[0, 3n]]),
    onReplaced,
    onError,
  })
  return { onReplaced, onError, fetchOffsets }
}

afterEach(() => watch.close())

describe('the verification of a topic without an id', () => {
  it('succeeds while the group has a committed offset', async () => {
    const { onReplaced } = start({})

    await watch.verify(0)

    expect(onReplaced).not.toHaveBeenCalled()
  })

  it('fails and reports a new topic when the committed offset has disappeared', async () => {
    const { onReplaced } = start({ offset: '-1' })

    await expect(watch.verify(0)).rejects.toThrow('orders-0 has changed')

    expect(onReplaced).toHaveBeenCalledTimes(1)
  })

  it('fails, but reports no new topic, when the broker does not respond', async () => {
    const { onReplaced } = start({ error: new Error('no coordinator') })

    await expect(watch.verify(0)).rejects.toThrow('no coordinator')

    expect(onReplaced).not.toHaveBeenCalled()
  })
})

it('the verification of a topic with an id sends no request', async () => {
  const { fetchOffsets } = start({ offset: '-1', topicId: ID })

  await watch.verify(0)

  expect(fetchOffsets).not.toHaveBeenCalled()
})

describe('the check of a topic', () => {
  it.each([
    { what: 'has no committed offset', options: { offset: '-1' } },
    { what: 'ends before the position', options: { end: '2' } },
    { what: 'has an offset of another topic', options: { topicId: ID, metadata: commitMetadata('b'.repeat(32)) } },
  ])('reports a new topic when it $what', async ({ options }) => {
    const { onReplaced } = start(options)

    await watch.check()

    expect(onReplaced).toHaveBeenCalled()
  })

  it.each([
    { what: 'the offset is of this topic', options: { topicId: ID, metadata: commitMetadata(ID) } },
    { what: 'another client has committed the offset', options: { topicId: ID, metadata: 'of another client' } },
    { what: 'the broker has no ids', options: {} },
  ])('finds the end and no new topic when $what', async ({ options }) => {
    const { onReplaced } = start(options)

    await watch.check()

    expect(onReplaced).not.toHaveBeenCalled()
    expect(watch.end(0)).toBe(3n)
  })

  it('forgets the end and reports the error when it fails for another reason', async () => {
    const error = new Error('no coordinator')
    const { onReplaced, onError } = start({ error })

    await watch.checkAgain()

    expect(onError).toHaveBeenCalledWith(error)
    expect(onReplaced).not.toHaveBeenCalled()
    expect(watch.end(0)).toBeUndefined()
  })
})
