import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { NetworkProxy } from './network-proxy'
import { NETWORK_FAULT_KINDS, type NetworkFault } from './network-proxy-fault'

const SOON = { timeout: 5_000, interval: 5 }
const DELAY_MS = 40

/** One side of a connection, with everything that it has seen. */
class Side {
  received = ''
  hasEnd = false
  isClosed = false
  error: string | undefined

  constructor(readonly socket: Socket) {
    socket.setEncoding('latin1')
    socket.on('data', (text: string) => {
      this.received += text
    })
    socket.on('end', () => {
      this.hasEnd = true
    })
    socket.on('close', () => {
      this.isClosed = true
    })
    socket.on('error', (error) => {
      this.error = 'code' in error ? String(error.code) : error.message
    })
  }
}

/** A server that records its connections. */
let server: Server
let accepted: Side[]
let clients: Side[]
let proxy: NetworkProxy

beforeEach(async () => {
  accepted = []
  clients = []
  server = createServer({ allowHalfOpen: true }, (socket) => accepted.push(new Side(socket)))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  proxy = await NetworkProxy.open({ host: '127.0.0.1', port: (server.address() as AddressInfo).port })
})

afterEach(async () => {
  await proxy.close()
  for (const { socket } of [...clients, ...accepted]) socket.destroy()
  server.close()
})

function open(): Side {
  const client = new Side(connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true }))
  clients.push(client)
  return client
}

/** A client and its counterpart at the server, after one byte in each direction. */
async function openPair(): Promise<[client: Side, peer: Side]> {
  const client = open()
  client.socket.write('?')
  const findPeer = () => accepted.find(({ received }) => received === '?')
  await expect.poll(findPeer, SOON).toBeDefined()
  const peer = findPeer()
  if (peer === undefined) throw new Error('no connection')
  peer.socket.write('!')
  await expect.poll(() => client.received, SOON).toBe('!')
  client.received = ''
  peer.received = ''
  return [client, peer]
}

/** Resolves when a third connection has passed messages on, directly: what was sent before could have arrived by then. */
async function time(): Promise<void> {
  const { port } = server.address() as AddressInfo
  for (let turn = 0; turn < 3; turn++) {
    const other = connect(port, '127.0.0.1')
    const marker = `marker ${turn}`
    other.write(marker)
    await expect.poll(() => accepted.some(({ received }) => received === marker), SOON).toBe(true)
    other.destroy()
    await expect.poll(() => accepted.some(({ received, hasEnd }) => received === marker && hasEnd), SOON).toBe(true)
    accepted = accepted.filter(({ received }) => received !== marker)
  }
}

describe('a network without a fault', () => {
  it('forwards bytes in both directions, and the ends of the streams', async () => {
    const [client, peer] = await openPair()
    const large = 'x'.repeat(1_000_000)

    client.socket.end(large)
    await expect.poll(() => peer.hasEnd, SOON).toBe(true)
    peer.socket.end('bye')

    await expect.poll(() => client.isClosed, SOON).toBe(true)
    expect(peer.received.length).toBe(large.length)
    expect(client.received).toBe('bye')
    await expect.poll(() => proxy.connections, SOON).toBe(0)
  })

  it('forwards a reset', async () => {
    const [client, peer] = await openPair()

    client.socket.resetAndDestroy()

    await expect.poll(() => peer.error, SOON).toBe('ECONNRESET')
    await expect.poll(() => proxy.connections, SOON).toBe(0)
  })

  it('resets a connection if the server does not listen', async () => {
    server.close()
    const client = open()

    await expect.poll(() => client.error, SOON).toBe('ECONNRESET')
  })
})

describe('latency', () => {
  it.each(['toServer', 'toClient'] as const)('delays the bytes %s, and keeps their order', async (direction) => {
    const [client, peer] = await openPair()
    const [from, to] = direction === 'toServer' ? [client, peer] : [peer, client]
    await proxy.apply({ kind: 'latency', delayMs: DELAY_MS, direction })

    to.socket.write('prompt')
    await expect.poll(() => from.received, SOON).toBe('prompt')
    const sentAt = performance.now()
    from.socket.write('a')
    from.socket.write('b')
    from.socket.end('c')
    await expect.poll(() => to.received, SOON).toBe('abc')

    expect(performance.now() - sentAt).toBeGreaterThanOrEqual(DELAY_MS - 1)
    await expect.poll(() => to.hasEnd, SOON).toBe(true)
  })
})

describe('throttle', () => {
  it('limits the bytes per second, and loses none', async () => {
    const [client, peer] = await openPair()
    await proxy.apply({ kind: 'throttle', bytesPerSecond: 100_000, direction: 'toServer' })

    const sentAt = performance.now()
    client.socket.write('x'.repeat(10_000))
    await expect.poll(() => peer.received.length, SOON).toBe(10_000)

    expect(performance.now() - sentAt).toBeGreaterThanOrEqual(75)
  })
})

describe('blackhole', () => {
  it('accepts connections and forwards nothing, and resets them at its end', async () => {
    const [client, peer] = await openPair()
    await proxy.apply({ kind: 'blackhole' })
    const late = open()
    await once(late.socket, 'connect')

    client.socket.write('lost')
    peer.socket.write('lost')
    late.socket.write('lost')
    await time()
    expect([client.received, peer.received, accepted.length]).toEqual(['', '', 1])
    expect([client.isClosed, peer.isClosed, late.isClosed]).toEqual([false, false, false])

    await proxy.heal()
    for (const side of [client, peer, late]) await expect.poll(() => side.error, SOON).toBe('ECONNRESET')
    await openPair()
  })

  it('throws away the bytes of one direction only', async () => {
    const [client, peer] = await openPair()
    await proxy.apply({ kind: 'blackhole', direction: 'toClient' })

    peer.socket.write('lost')
    client.socket.write('arrives')

    await expect.poll(() => peer.received, SOON).toBe('arrives')
    expect(client.received).toBe('')
  })
})

describe('partition', () => {
  it('holds the bytes, and delivers them at its end', async () => {
    const [client, peer] = await openPair()
    await proxy.apply({ kind: 'partition' })
    client.socket.write('a')
    peer.socket.write('b')
    await time()
    expect([client.received, peer.received]).toEqual(['', ''])

    await proxy.heal()

    await expect.poll(() => [client.received, peer.received], SOON).toEqual(['b', 'a'])
  })

  it('holds no more than a limit of bytes, and loses none', async () => {
    const [client, peer] = await openPair()
    await proxy.apply({ kind: 'partition', direction: 'toServer' })
    const length = 20_000_000
    client.socket.write('x'.repeat(length))
    await time()
    expect(client.socket.writableLength).toBeGreaterThan(0)

    await proxy.heal()

    await expect.poll(() => peer.received.length, SOON).toBe(length)
  })

  it.each([
    ['a close', (socket: Socket) => socket.destroy()],
    ['a reset', (socket: Socket) => socket.resetAndDestroy()],
    ['an end of the stream', (socket: Socket) => void socket.end('last words')],
  ])('hides %s of one side from the other one, also after its end', async (_, close) => {
    const [client, peer] = await openPair()
    await proxy.apply({ kind: 'partition' })
    close(client.socket)
    await time()
    await proxy.heal()

    await openPair()
    peer.socket.write('is anybody there?')
    await time()
    expect(peer).toMatchObject({ received: '', hasEnd: false, isClosed: false, error: undefined })
    expect(proxy.connections).toBe(2)

    peer.socket.destroy()
    await expect.poll(() => proxy.connections, SOON).toBe(1)
  })

  it('does not let new connections reach the server, and resets them at its end', async () => {
    await proxy.apply({ kind: 'partition' })
    const client = open()
    await once(client.socket, 'connect')
    client.socket.write('hello')
    await time()
    expect(accepted).toEqual([])

    await proxy.heal()

    await expect.poll(() => client.error, SOON).toBe('ECONNRESET')
    expect(accepted).toEqual([])
  })
})

describe('drop', () => {
  it('ends each connection in the middle of a message', async () => {
    const [client, peer] = await openPair()
    await proxy.apply({ kind: 'drop', afterBytes: 5, direction: 'toServer' })

    client.socket.write('hel')
    await expect.poll(() => peer.received, SOON).toBe('hel')
    client.socket.write('lo, world')

    await expect.poll(() => [peer.hasEnd, client.hasEnd || client.error !== undefined], SOON).toEqual([true, true])
    expect(peer.received).toBe('hello')
    const next = open()
    next.socket.write('hello again')
    await expect.poll(() => next.hasEnd || next.error !== undefined, SOON).toBe(true)
    expect(accepted.at(-1)?.received).toBe('hello')
  })
})

describe('half-close', () => {
  it.each(['toServer', 'toClient'] as const)(
    'ends the stream %s, while the other direction works',
    async (direction) => {
      const [client, peer] = await openPair()
      const [from, to] = direction === 'toServer' ? [client, peer] : [peer, client]
      await proxy.apply({ kind: 'half-close', direction })

      await expect.poll(() => to.hasEnd, SOON).toBe(true)
      from.socket.write('not heard')
      to.socket.write('still here')

      await expect.poll(() => from.received, SOON).toBe('still here')
      expect([to.received, from.hasEnd, from.isClosed]).toEqual(['', false, false])
    },
  )

  it('also applies to new connections', async () => {
    await proxy.apply({ kind: 'half-close', direction: 'toClient' })

    const client = open()

    await expect.poll(() => client.hasEnd, SOON).toBe(true)
  })
})

describe('reset', () => {
  it('resets the open connections on both sides, and each new one', async () => {
    const [client, peer] = await openPair()

    await proxy.apply({ kind: 'reset' })
    const late = open()

    for (const side of [client, peer, late]) await expect.poll(() => side.error, SOON).toBe('ECONNRESET')
    expect(accepted).toHaveLength(1)
  })
})

describe('refuse', () => {
  it('ends the open connections, and refuses new ones', async () => {
    const [client, peer] = await openPair()

    await proxy.apply({ kind: 'refuse' })
    const late = open()

    await expect.poll(() => [client.hasEnd, peer.hasEnd, late.error], SOON).toEqual([true, true, 'ECONNREFUSED'])
  })

  it('can be replaced by another fault', async () => {
    await proxy.apply({ kind: 'refuse' })
    await proxy.apply({ kind: 'blackhole' })

    await once(open().socket, 'connect')
  })
})

describe('flap', () => {
  it('resets connections again and again, and lets others through in between', async () => {
    await proxy.apply({ kind: 'flap', everyMs: 15 })

    for (let round = 0; round < 3; round++) {
      const reset = async () => {
        const client = open()
        client.socket.write('?')
        await expect.poll(() => client.error ?? client.received, SOON).toBe('ECONNRESET')
      }
      await reset()
      await expect
        .poll(() => {
          open().socket.write('through')
          return accepted.filter(({ received }) => received === 'through').length
        }, SOON)
        .toBeGreaterThan(round)
    }
  })
})

const EACH: Readonly<Record<(typeof NETWORK_FAULT_KINDS)[number], NetworkFault>> = {
  latency: { kind: 'latency', delayMs: 10_000 },
  throttle: { kind: 'throttle', bytesPerSecond: 1 },
  blackhole: { kind: 'blackhole' },
  partition: { kind: 'partition' },
  drop: { kind: 'drop', afterBytes: 1 },
  'half-close': { kind: 'half-close', direction: 'toClient' },
  reset: { kind: 'reset' },
  refuse: { kind: 'refuse' },
  flap: { kind: 'flap', everyMs: 10 },
}

describe.each(NETWORK_FAULT_KINDS)('after %s', (kind) => {
  it('the network works again, at the same port', async () => {
    const { port } = proxy
    await openPair()
    await proxy.apply(EACH[kind])
    open().socket.write('during the fault')
    await time()

    await proxy.heal()

    expect(proxy.port).toBe(port)
    await openPair()
  })

  it('a closed proxy leaves no connection', async () => {
    const [client, peer] = await openPair()
    await proxy.apply(EACH[kind])

    await proxy.close()

    await expect.poll(() => proxy.connections, SOON).toBe(0)
    client.socket.destroy()
    peer.socket.destroy()
  })
})
