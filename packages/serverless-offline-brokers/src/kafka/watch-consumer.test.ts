import { EventEmitter } from 'node:events'
import type { Admin, Consumer } from 'kafkajs'
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { watchConsumer } from './watch-consumer'

const SILENCE_LIMIT_MS = 90_000
const REJOIN_LIMIT_MS = 15_000

beforeEach(() => {
  vi.useFakeTimers()
  onTestFinished(() => {
    vi.useRealTimers()
  })
})

function setUp() {
  const events = new EventEmitter()
  const client = {
    on(name: string, listener: (event: unknown) => void) {
      events.on(name, listener)
      return () => events.off(name, listener)
    },
  }
  const lost: string[] = []
  const joined: unknown[] = []
  const unwatch = watchConsumer(client as Pick<Consumer, 'on'>, client as Pick<Admin, 'on'>, {
    onJoined: (assignment) => joined.push(assignment),
    onLost: (reason) => lost.push(String(reason)),
    onSkipped: () => undefined,
    onMetadataRequest: () => undefined,
    silenceLimitMs: SILENCE_LIMIT_MS,
    rejoinLimitMs: REJOIN_LIMIT_MS,
  })
  const emit = (name: string, payload: object = {}) => events.emit(name, { payload })
  return { emit, events, joined, lost, unwatch }
}

describe('the watch of a consumer', () => {
  it.each(['consumer.network.request_timeout', 'admin.network.request_timeout'])(
    'gives the session up when a broker does not respond: %s',
    (event) => {
      const { emit, lost } = setUp()

      emit(event, { apiName: 'Heartbeat', broker: 'one:9092' })

      expect(lost).toEqual(['Error: the broker one:9092 has not responded to Heartbeat'])
    },
  )

  it('gives the session up when a rebalance does not end', () => {
    const { emit, lost } = setUp()
    emit('consumer.rebalancing')
    vi.advanceTimersByTime(REJOIN_LIMIT_MS - 1)
    emit('consumer.rebalancing')
    expect(lost).toEqual([])

    vi.advanceTimersByTime(1)

    expect(lost).toEqual(['Error: the group has not been joined again within 15 s'])
  })

  it('keeps the session when a rebalance ends in time, each time', () => {
    const { emit, joined, lost } = setUp()
    for (let rebalance = 0; rebalance < 4; rebalance++) {
      emit('consumer.rebalancing')
      vi.advanceTimersByTime(REJOIN_LIMIT_MS - 1)
      emit('consumer.group_join', { memberAssignment: { orders: [0] } })
      vi.advanceTimersByTime(REJOIN_LIMIT_MS)
    }

    expect(joined).toHaveLength(4)
    expect(lost).toEqual([])
  })

  it('gives the session up when nothing at all is heard of the consumer', () => {
    const { emit, lost } = setUp()
    vi.advanceTimersByTime(SILENCE_LIMIT_MS - 1)
    emit('consumer.heartbeat')
    vi.advanceTimersByTime(SILENCE_LIMIT_MS - 1)
    expect(lost).toEqual([])

    vi.advanceTimersByTime(1)

    expect(lost).toEqual(['Error: the consumer has been silent for 90 s'])
  })

  it('leaves neither timer nor listener behind', () => {
    const { emit, events, unwatch } = setUp()
    emit('consumer.rebalancing')
    emit('consumer.stop')

    unwatch()

    expect(vi.getTimerCount()).toBe(0)
    expect(events.eventNames()).toEqual([])
  })
})
