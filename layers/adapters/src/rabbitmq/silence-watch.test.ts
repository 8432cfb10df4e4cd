import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { SilenceWatch } from './silence-watch'

const LIMIT_MS = 1_000

class FakeConnection {
  bytesRead = 10
  isBlocked = false
  readonly ends: Error[] = []

  end(reason: Error): void {
    this.ends.push(reason)
  }
}

beforeEach(() => {
  vi.useFakeTimers()
  onTestFinished(() => {
    vi.useRealTimers()
  })
})

function setUp() {
  const connection = new FakeConnection()
  return { connection, silence: new SilenceWatch(connection, LIMIT_MS) }
}

const pending = () => new Promise<never>(() => undefined)

describe('the watch of a silent server', () => {
  it('ends the connection when the server owes a response and sends nothing', () => {
    const { connection, silence } = setUp()
    void silence.during(pending())

    vi.advanceTimersByTime(LIMIT_MS - 1)
    expect(connection.ends).toEqual([])
    vi.advanceTimersByTime(1)

    expect(connection.ends.map(({ message }) => message)).toEqual(['RabbitMQ has sent nothing for 1000 ms'])
  })

  it('keeps a connection whose server sends anything, such as a heartbeat', () => {
    const { connection, silence } = setUp()
    void silence.during(pending())

    for (let second = 0; second < 10; second++) {
      connection.bytesRead++
      vi.advanceTimersByTime(LIMIT_MS - 250)
    }

    expect(connection.ends).toEqual([])
  })

  it('keeps a connection on which nothing is owed', async () => {
    const { connection, silence } = setUp()

    expect(await silence.during(Promise.resolve('done'))).toBe('done')
    await expect(silence.during(Promise.reject(new Error('refused')))).rejects.toThrow('refused')
    vi.advanceTimersByTime(10 * LIMIT_MS)

    expect(connection.ends).toEqual([])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('does not count the silence before the request', () => {
    const { connection, silence } = setUp()

    vi.advanceTimersByTime(10 * LIMIT_MS)
    void silence.during(pending())
    vi.advanceTimersByTime(LIMIT_MS - 1)

    expect(connection.ends).toEqual([])
  })

  it('keeps the connection of a server that blocks publishers', () => {
    const { connection, silence } = setUp()
    connection.isBlocked = true
    void silence.during(pending())

    vi.advanceTimersByTime(10 * LIMIT_MS)
    expect(connection.ends).toEqual([])

    connection.isBlocked = false
    vi.advanceTimersByTime(LIMIT_MS)
    expect(connection.ends).toHaveLength(1)
  })

  it('rejects the work with its reason when it has ended the connection', async () => {
    const { connection, silence } = setUp()
    const work = new Promise<never>((_, reject) => {
      connection.end = () => reject(new Error('Channel ended'))
    })
    const failed = expect(silence.during(work)).rejects.toThrow('RabbitMQ has sent nothing for 1000 ms')

    vi.advanceTimersByTime(LIMIT_MS)

    await failed
  })

  it('ends the connection once', () => {
    const { connection, silence } = setUp()
    void silence.during(pending())
    void silence.during(pending())

    vi.advanceTimersByTime(10 * LIMIT_MS)

    expect(connection.ends).toHaveLength(1)
  })
})
