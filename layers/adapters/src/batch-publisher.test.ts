import { type OutgoingMessage, OverloadedError, UnavailableError } from '@ecommerce/domain'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { BatchPublisher, type BatchPublisherOptions, type Refusal } from './batch-publisher'

interface Sending {
  readonly ids: string[]
  readonly withinMs: number
  end(refusals?: Refusal[]): Promise<void>
  fail(error: Error): Promise<void>
}

const message = (id: string): OutgoingMessage => ({ id, key: 'k', body: '{}', headers: {} })
const settled = () => new Promise(setImmediate)

/** A publisher whose batches settle when the test says so. */
function setUp(options: Partial<BatchPublisherOptions> = {}) {
  const sendings: Sending[] = []
  const publisher = new BatchPublisher(
    (messages, withinMs) =>
      new Promise((resolve, reject) => {
        const end = (refusals: Refusal[] = messages.map(() => undefined)) => {
          resolve(refusals)
          return settled().then(() => undefined)
        }
        const fail = (error: Error) => {
          reject(error)
          return settled().then(() => undefined)
        }
        sendings.push({ ids: messages.map(({ id }) => id), withinMs, end, fail })
      }),
    { broker: 'Broker', maxBatch: 100, maxWaiting: 100, maxRunning: 1, publishWithinMs: 1_000, ...options },
  )
  return {
    publisher,
    sendings,
    publish: (id: string, deadline?: number) => publisher.publish(message(id), { deadline }),
  }
}

/** A clock that only the test moves. */
function useClock(): { advance(ms: number): void } {
  vi.useFakeTimers({ toFake: ['performance', 'Date', 'setTimeout', 'clearTimeout'] })
  onTestFinished(() => {
    vi.useRealTimers()
  })
  return { advance: (ms) => vi.advanceTimersByTime(ms) }
}

describe('a batch publisher', () => {
  it('sends a single message immediately, and messages that arrive meanwhile together', async () => {
    const { publish, sendings } = setUp()
    const published = Promise.all([publish('a'), publish('b'), publish('c')])
    expect(sendings.map(({ ids }) => ids)).toEqual([['a']])

    await sendings[0]?.end()
    expect(sendings.map(({ ids }) => ids)).toEqual([['a'], ['b', 'c']])

    await sendings[1]?.end()
    await published
  })

  it('gives each caller the result of its own message', async () => {
    const { publish, sendings } = setUp()
    const published = Promise.allSettled([publish('a'), publish('b'), publish('c')])
    await sendings[0]?.end()
    const refusal = new Error('no queue takes it')
    await sendings[1]?.end([refusal, undefined])

    const [a, b, c] = await published
    expect([a?.status, b?.status, c?.status]).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(b).toHaveProperty('reason', expect.any(UnavailableError))
    expect(b).toHaveProperty('reason.cause', refusal)
  })

  it('fails all messages of a failed batch, and continues', async () => {
    const { publish, sendings } = setUp()
    const failed = expect(publish('a')).rejects.toThrow('gone')
    await sendings[0]?.fail(new UnavailableError('gone'))
    await failed

    const published = publish('b')
    await sendings[1]?.end()
    await published
  })

  it('gives a batch the remaining time of its oldest message', async () => {
    const clock = useClock()
    const { publish, sendings } = setUp({ publishWithinMs: 1_000 })
    const published = [publish('a'), publish('b')]
    clock.advance(300)
    published.push(publish('c'))
    clock.advance(300)
    await sendings[0]?.end()

    expect(sendings.map(({ ids, withinMs }) => ({ ids, withinMs }))).toEqual([
      { ids: ['a'], withinMs: 1_000 },
      { ids: ['b', 'c'], withinMs: 400 },
    ])
    await sendings[1]?.end()
    await Promise.all(published)
  })

  it('gives a batch a minimum time, even when its oldest message has less', async () => {
    const clock = useClock()
    const { publish, sendings } = setUp({ publishWithinMs: 1_000 })
    const published = [publish('a'), publish('b')]
    clock.advance(999)
    await sendings[0]?.end()

    expect(sendings[1]).toMatchObject({ ids: ['b'], withinMs: 400 })
    await sendings[1]?.end()
    await Promise.all(published)
  })

  it('does not send a batch whose oldest message has waited too long, and reports that', async () => {
    const clock = useClock()
    const { publish, sendings } = setUp({ publishWithinMs: 1_000 })
    const first = publish('a')
    const late = expect(publish('b')).rejects.toHaveProperty('cause.message', 'the messages waited too long to be sent')
    clock.advance(1_000)
    await sendings[0]?.end()
    await Promise.all([first, late])

    const next = publish('c')
    expect(sendings.map(({ ids }) => ids)).toEqual([['a'], ['c']])
    await sendings[1]?.end()
    await next
  })

  it('refuses a message whose deadline is over, and sends nothing', async () => {
    const { publish, sendings } = setUp()

    await expect(publish('a', Date.now())).rejects.toThrow(UnavailableError)

    expect(sendings).toEqual([])
  })

  it('refuses a queued message when its deadline is over, and never sends it', async () => {
    const clock = useClock()
    const { publish, sendings } = setUp({ publishWithinMs: 1_000 })
    const published = [publish('a'), publish('b')]
    const late = expect(publish('c', Date.now() + 300)).rejects.toThrow(UnavailableError)
    clock.advance(300)
    await late
    await sendings[0]?.end()

    expect(sendings.map(({ ids }) => ids)).toEqual([['a'], ['b']])
    await sendings[1]?.end()
    await Promise.all(published)
  })

  it('sends nothing when the deadlines of all queued messages are over', async () => {
    const clock = useClock()
    const { publish, sendings } = setUp({ publishWithinMs: 1_000 })
    const first = publish('a')
    const late = [publish('b', Date.now() + 200), publish('c', Date.now() + 300)].map((published) =>
      expect(published).rejects.toThrow(UnavailableError),
    )
    clock.advance(400)
    await sendings[0]?.end()
    await Promise.all([first, ...late])

    expect(sendings.map(({ ids }) => ids)).toEqual([['a']])
  })

  it('fails a message at its deadline while its batch is in flight, and only that one', async () => {
    const clock = useClock()
    const { publish, sendings } = setUp({ publishWithinMs: 1_000 })
    const first = publish('a')
    const [patient, hasty] = [publish('b'), publish('c', Date.now() + 500)]
    const late = expect(hasty).rejects.toHaveProperty('cause.message', 'no confirmation within 500 ms')
    await sendings[0]?.end()
    expect(sendings[1]).toMatchObject({ ids: ['b', 'c'], withinMs: 1_000 })

    clock.advance(500)
    await late

    await sendings[1]?.end()
    await Promise.all([first, patient])
  })

  it('gives each remaining message its own result when an expired one is left out', async () => {
    const clock = useClock()
    const { publish, sendings } = setUp({ publishWithinMs: 1_000 })
    const first = publish('a')
    const late = expect(publish('b', Date.now() + 100)).rejects.toThrow(UnavailableError)
    const others = Promise.allSettled([publish('c'), publish('d')])
    const last = publish('e')
    clock.advance(200)
    await late
    await sendings[0]?.end()
    await sendings[1]?.end([new Error('no queue'), undefined])
    await sendings[2]?.end()

    expect(sendings.map(({ ids }) => ids)).toEqual([['a'], ['c', 'd'], ['e']])
    expect((await others).map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
    await Promise.all([first, last])
  })

  it('keeps its own time limit when the deadline is later', async () => {
    const clock = useClock()
    const { publish, sendings } = setUp({ publishWithinMs: 1_000 })
    const published = [publish('a', Date.now() + 60_000), publish('b', Date.now() + 60_000)]
    clock.advance(200)
    await sendings[0]?.end()

    expect(sendings.map(({ withinMs }) => withinMs)).toEqual([1_000, 800])
    await sendings[1]?.end()
    await Promise.all(published)
  })

  it('refuses a message when too many wait', async () => {
    const { publish, sendings } = setUp({ maxWaiting: 1 })
    const accepted = [publish('a'), publish('b')]

    await expect(publish('c')).rejects.toThrow(OverloadedError)

    await sendings[0]?.end()
    await sendings[1]?.end()
    await Promise.all(accepted)
  })
})
