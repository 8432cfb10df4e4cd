import { describe, expect, it, vi } from 'vitest'
import type { DatabaseAddress } from './connection-options'
import type { OpenConnection } from './open-connection'
import { ServerList } from './server-list'
import { TimeLeft } from './time-left'

type State = 'writable' | 'read-only' | 'down'

const addressOf = (host: string): DatabaseAddress => ({
  host,
  port: 3306,
  user: 'shop',
  password: 'secret',
  database: 'ecommerce',
})

function setUp(states: Record<string, State>) {
  const addresses = Object.keys(states).map(addressOf)
  const tried: string[] = []
  const closed: string[] = []
  const servers = new ServerList(addresses, async (address) => {
    tried.push(address.host)
    if (states[address.host] === 'down')
      throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
    const isWritable = states[address.host] === 'writable'
    // The list uses only these members.
    return { address, isWritable, close: async () => void closed.push(address.host) } as unknown as OpenConnection
  })
  const connect = async () => {
    tried.length = 0
    const { address, isWritable } = await servers.connect(new TimeLeft(1_000))
    return { host: address.host, isWritable, tried: [...tried] }
  }
  return { servers, states, addresses, connect, closed }
}

describe('a list of servers', () => {
  it.each<[string, Record<string, State>, string]>([
    ['the first one when it is writable', { a: 'writable', b: 'writable' }, 'a'],
    ['the second one when the first one is read-only', { a: 'read-only', b: 'writable' }, 'b'],
    ['the second one when the first one is down', { a: 'down', b: 'writable' }, 'b'],
    ['the last one when only that is writable', { a: 'down', b: 'read-only', c: 'writable' }, 'c'],
  ])('connects to %s', async (_, states, host) => {
    const { connect } = setUp(states)

    expect(await connect()).toMatchObject({ host, isWritable: true })
  })

  it('connects to a read-only server when none is writable, and closes the others', async () => {
    const { connect, closed } = setUp({ a: 'down', b: 'read-only', c: 'read-only' })

    expect(await connect()).toMatchObject({ host: 'b', isWritable: false })
    expect(closed).toEqual(['c'])
  })

  it('names the server that was found writable last, so that other connections can follow', async () => {
    const { servers, states, addresses, connect } = setUp({ a: 'down', b: 'writable' })
    expect(servers.current).toBeUndefined()

    await connect()
    expect(servers.current).toBe(addresses[1])

    states.a = 'read-only'
    states.b = 'read-only'
    await connect()
    expect(servers.current).toBe(addresses[1])

    states.a = 'writable'
    await connect()
    expect(servers.current).toBe(addresses[0])
  })

  it('closes a read-only connection when it finds a writable server', async () => {
    const { connect, closed } = setUp({ a: 'read-only', b: 'writable' })

    await connect()

    expect(closed).toEqual(['a'])
  })

  it('does not try a server that has just failed, unless it must', async () => {
    const { connect, states } = setUp({ a: 'down', b: 'writable' })
    await connect()

    expect((await connect()).tried).toEqual(['b'])
    Object.assign(states, { a: 'writable', b: 'down' })
    expect(await connect()).toMatchObject({ host: 'a', tried: ['b', 'a'] })
  })

  it('returns to the first server when it has been avoided for a while', async () => {
    vi.useFakeTimers()
    try {
      const { connect, states } = setUp({ a: 'down', b: 'writable' })
      await connect()
      states.a = 'writable'
      expect((await connect()).host).toBe('b')

      vi.advanceTimersByTime(11_000)

      expect((await connect()).host).toBe('a')
    } finally {
      vi.useRealTimers()
    }
  })

  it('avoids a server that has become read-only on an open connection', async () => {
    const { servers, addresses, connect } = setUp({ a: 'writable', b: 'writable' })
    await connect()

    for (const address of addresses.slice(0, 1)) servers.avoid(address)

    expect((await connect()).host).toBe('b')
  })

  it('names the reason of every server when none responds', async () => {
    const { connect } = setUp({ a: 'down', b: 'down' })

    await expect(connect()).rejects.toThrow(
      'no MySQL server can be used (a:3306: connect ECONNREFUSED; b:3306: connect ECONNREFUSED)',
    )
  })

  it('passes the error on when there is one server', async () => {
    const { connect } = setUp({ a: 'down' })

    await expect(connect()).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })
})
