import { FakePublisher } from '@ecommerce/testing'
import { describe, expect, it } from 'vitest'
import { LazyPublisher } from './lazy-publisher'

const message = (id: string) => ({ id, key: '', body: '{}', headers: {} })

function setUp() {
  const loaded = new FakePublisher()
  let loads = 0
  const publisher = new LazyPublisher(async () => {
    loads++
    return loaded
  })
  return { loaded, publisher, loads: () => loads }
}

describe('a lazy publisher', () => {
  it('loads nothing before the first message', () => {
    expect(setUp().loads()).toBe(0)
  })

  it('publishes every message through the publisher that it has loaded', async () => {
    const { loaded, publisher, loads } = setUp()

    await publisher.publish(message('1'))
    await publisher.publish(message('2'))

    expect(loaded.published.map(({ id }) => id)).toEqual(['1', '2'])
    expect(loads()).toBe(1)
  })

  it('passes the deadline of every message on', async () => {
    const { loaded, publisher } = setUp()

    await publisher.publish(message('1'), { deadline: 1_000 })
    await publisher.publish(message('2'), { deadline: 2_000 })

    expect(loaded.deadlines).toEqual([1_000, 2_000])
  })

  it('loses no message that is published while it loads', async () => {
    const { loaded, publisher } = setUp()

    await Promise.all([publisher.publish(message('1')), publisher.publish(message('2'))])

    expect(loaded.published.map(({ id }) => id).sort()).toEqual(['1', '2'])
  })

  it('tries again with the next message when loading has failed', async () => {
    const loaded = new FakePublisher()
    const attempts = [Promise.reject(new Error('not now')), Promise.resolve(loaded)]
    const publisher = new LazyPublisher(() => attempts.shift() ?? Promise.resolve(loaded))

    await expect(publisher.publish(message('1'))).rejects.toThrow('not now')
    await publisher.publish(message('2'))

    expect(loaded.published.map(({ id }) => id)).toEqual(['2'])
  })
})
