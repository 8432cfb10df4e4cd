import { describe, expect, it, vi } from 'vitest'
import { ConnectionPool, type Poolable, type PoolOptions } from './connection-pool'
import { DeadlinePassedError, NoConnectionError, PoolClosedError } from './mysql-error'
import { TimeLeft } from './time-left'

class FakeConnection implements Poolable {
  isOpen = true

  destroy() {
    this.isOpen = false
  }

  async close() {
    this.isOpen = false
  }
}

const LONG = new TimeLeft(60_000)

function openPool(options: Partial<PoolOptions> = {}, open = async () => new FakeConnection()) {
  const opened = vi.fn(open)
  return { opened, pool: new ConnectionPool(opened, { size: 2, waitMs: 60_000, idleMs: 60_000, ...options }) }
}

describe('a connection pool', () => {
  it('opens a connection when it is needed, and lends it again after it is returned', async () => {
    const { pool, opened } = openPool()
    const first = await pool.take(LONG)
    pool.giveBack(first)

    expect(await pool.take(LONG)).toBe(first)
    expect(opened).toHaveBeenCalledTimes(1)
    expect(pool.use).toEqual({ inUse: 1, idle: 0, waiting: 0 })
  })

  it('lends no more connections than its size, and serves waiting callers in the order of their calls', async () => {
    const { pool } = openPool({ size: 1 })
    const connection = await pool.take(LONG)
    const served: string[] = []
    const second = pool.take(LONG).then((taken) => served.push('second') && pool.giveBack(taken))
    const third = pool.take(LONG).then((taken) => served.push('third') && pool.giveBack(taken))
    expect(pool.use).toEqual({ inUse: 1, idle: 0, waiting: 2 })

    pool.giveBack(connection)
    await Promise.all([second, third])

    expect(served).toEqual(['second', 'third'])
    expect(pool.use).toEqual({ inUse: 0, idle: 1, waiting: 0 })
  })

  it('opens another connection for a waiting caller when one is dropped', async () => {
    const { pool } = openPool({ size: 1 })
    const broken = await pool.take(LONG)
    const waiting = pool.take(LONG)

    pool.drop(broken)

    expect(await waiting).not.toBe(broken)
    expect(broken.isOpen).toBe(false)
  })

  it.each([
    { limit: 'its own time', waitMs: 60_000, left: 20 },
    { limit: 'the time of the pool', waitMs: 20, left: 60_000 },
  ])('keeps a caller no longer than $limit', async ({ waitMs, left }) => {
    const { pool } = openPool({ size: 1, waitMs })
    const connection = await pool.take(LONG)

    await expect(pool.take(new TimeLeft(left))).rejects.toThrow(NoConnectionError)

    expect(pool.use.waiting).toBe(0)
    pool.giveBack(connection)
    expect(await pool.take(LONG)).toBe(connection)
  })

  it('refuses a caller whose time is over', async () => {
    const { pool, opened } = openPool()

    await expect(pool.take(new TimeLeft(0))).rejects.toThrow(DeadlinePassedError)
    expect(opened).not.toHaveBeenCalled()
  })

  it('has room again after a connection could not be opened', async () => {
    const { pool, opened } = openPool({ size: 1 })
    opened.mockRejectedValueOnce(new Error('refused'))

    await expect(pool.take(LONG)).rejects.toThrow('refused')

    expect(pool.use).toEqual({ inUse: 0, idle: 0, waiting: 0 })
    expect((await pool.take(LONG)).isOpen).toBe(true)
  })

  it('does not lend a connection that the server has closed', async () => {
    const { pool } = openPool()
    const connection = await pool.take(LONG)
    pool.giveBack(connection)
    connection.isOpen = false

    expect(await pool.take(LONG)).not.toBe(connection)
  })

  it('closes a connection that is idle for too long', async () => {
    const { pool } = openPool({ idleMs: 10 })
    const connection = await pool.take(LONG)
    pool.giveBack(connection)

    await expect.poll(() => connection.isOpen).toBe(false)
    expect(pool.use.idle).toBe(0)
  })

  it('closes the idle connections that it is told to close', async () => {
    const { pool } = openPool()
    const [one, other] = [await pool.take(LONG), await pool.take(LONG)]
    pool.giveBack(one)
    pool.giveBack(other)

    pool.closeIdle((connection) => connection === one)

    expect([one.isOpen, other.isOpen]).toEqual([false, true])
  })

  it('closes idle connections immediately and waits for the others, and refuses callers', async () => {
    const { pool } = openPool({ size: 2 })
    const [busy, idle] = [await pool.take(LONG), await pool.take(LONG)]
    const waiting = pool.take(LONG)
    waiting.catch(() => undefined)
    pool.giveBack(idle)
    pool.giveBack(await waiting)
    let isClosed = false
    const closing = pool.close().then(() => {
      isClosed = true
    })

    await expect(pool.take(LONG)).rejects.toThrow(PoolClosedError)
    await expect.poll(() => idle.isOpen).toBe(false)
    expect([busy.isOpen, isClosed]).toEqual([true, false])
    pool.giveBack(busy)
    await closing
    expect(busy.isOpen).toBe(false)
  })

  it('refuses callers that wait when it is closed', async () => {
    const { pool } = openPool({ size: 1 })
    const busy = await pool.take(LONG)
    const waiting = pool.take(LONG)

    const closing = pool.close()

    await expect(waiting).rejects.toThrow(PoolClosedError)
    pool.giveBack(busy)
    await closing
  })
})
