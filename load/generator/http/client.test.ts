import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { Client, type Exchange } from './client'
import type { Failure } from './connection'

interface NumberedRequest extends Exchange {
  readonly number: number
}

type End = { readonly status: number; readonly bodyStart: string } | Failure

const opened: { close(): void }[] = []

afterEach(() => {
  for (const each of opened.splice(0)) each.close()
})

/** Calls `serve` for each received request. Connections are numbered from 0. */
async function startServer(serve: (socket: Socket, connection: number) => void, port = 0) {
  const sockets: Socket[] = []
  const server: Server = createServer((socket) => {
    const connection = sockets.push(socket) - 1
    socket.on('error', () => undefined)
    socket.on('data', () => serve(socket, connection))
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const close = () => {
    server.close()
    for (const socket of sockets) socket.destroy()
  }
  opened.push({ close })
  return { port: (server.address() as AddressInfo).port, sockets, close }
}

function openClient(port: number, { connections = 1, timeoutMs = 60_000 } = {}) {
  const ends: End[][] = []
  const client = new Client<NumberedRequest>({
    target: { host: '127.0.0.1', port, isTls: false },
    connections,
    connectTimeoutMs: timeoutMs,
    clock: () => performance.now(),
    responded: ({ number }, { status, bodyStart }) => ends[number]?.push({ status, bodyStart }),
    failed: ({ number }, failure) => ends[number]?.push(failure),
  })
  opened.push(client)
  const submit = () => {
    const number = ends.push([]) - 1
    client.submit({ text: 'GET / HTTP/1.1\r\n\r\n', deadlineMs: performance.now() + timeoutMs, number })
  }
  const settled = () => vi.waitFor(() => expect(client.inFlight).toBe(0), { timeout: 10_000 })
  return { client, ends, submit, settled }
}

const response = (body: string, headers = '') =>
  `HTTP/1.1 200 OK\r\n${headers}content-length: ${body.length}\r\n\r\n${body}`
const ok = (bodyStart: string): End => ({ status: 200, bodyStart })

async function closedPort(): Promise<number> {
  const { port, close } = await startServer(() => undefined)
  close()
  return port
}

describe('a client', () => {
  test('sends one request after another over a connection that stays open', async () => {
    const server = await startServer((socket) => socket.write(response('a')))
    const { ends, submit, settled } = openClient(server.port)
    for (let count = 0; count < 5; count++) submit()
    await settled()
    submit()
    await settled()
    expect(ends).toEqual(Array(6).fill([ok('a')]))
    expect(server.sockets).toHaveLength(1)
  })

  test('opens no more connections than allowed, and no more than needed', async () => {
    const server = await startServer((socket) => socket.write(response('a')))
    const { submit, settled } = openClient(server.port, { connections: 3 })
    for (let count = 0; count < 2; count++) submit()
    await settled()
    expect(server.sockets).toHaveLength(2)
    for (let count = 0; count < 10; count++) submit()
    await settled()
    expect(server.sockets).toHaveLength(3)
  })

  test.each([
    { way: 'announces the close', response: response('a', 'connection: close\r\n'), isEnded: false },
    { way: 'closes the old one', response: response('a'), isEnded: true },
    { way: 'ends the body with the connection', response: 'HTTP/1.1 200 OK\r\n\r\na', isEnded: true },
  ])('continues over a new connection if the server $way', async ({ response, isEnded }) => {
    const server = await startServer((socket) => (isEnded ? socket.end(response) : socket.write(response)))
    const { ends, submit, settled } = openClient(server.port)
    for (let count = 0; count < 3; count++) {
      submit()
      await settled()
      await vi.waitFor(() => expect(server.sockets.at(-1)?.closed).toBe(true))
    }
    expect(ends).toEqual(Array(3).fill([ok('a')]))
    expect(server.sockets).toHaveLength(3)
  })

  test('does not reuse a connection that the server keeps for only a second', async () => {
    const server = await startServer((socket) => socket.write(response('a', 'keep-alive: timeout=1\r\n')))
    const { ends, submit, settled } = openClient(server.port)
    submit()
    await settled()
    submit()
    await settled()
    expect(ends).toEqual([[ok('a')], [ok('a')]])
    expect(server.sockets).toHaveLength(2)
  })

  test('fails the request of a broken connection without a retry, and continues', async () => {
    let requests = 0
    const server = await startServer((socket, connection) => {
      requests++
      if (connection === 0) socket.destroy()
      else socket.write(response('a'))
    })
    const { ends, submit, settled } = openClient(server.port)
    submit()
    submit()
    await settled()
    expect(ends).toEqual([['connection'], [ok('a')]])
    expect(requests).toBe(2)
  })

  test('fails a response that ends early', async () => {
    const server = await startServer((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nabc'))
    const { ends, submit, settled } = openClient(server.port)
    submit()
    await settled()
    expect(ends).toEqual([['connection']])
  })

  test('fails a response that it cannot read, and closes a connection with unexpected bytes', async () => {
    const server = await startServer((socket, connection) => {
      socket.write(connection === 0 ? 'HTTP/1.0 200 OK\r\n\r\n' : response('a') + response('b'))
    })
    const { ends, submit, settled } = openClient(server.port)
    submit()
    await settled()
    submit()
    await settled()
    expect(ends).toEqual([['protocol'], ['protocol']])
    expect(server.sockets).toHaveLength(2)
  })

  test('fails requests without a response in time, and requests that waited behind them', async () => {
    const server = await startServer(() => undefined)
    const { ends, submit, settled } = openClient(server.port, { timeoutMs: 100 })
    submit()
    submit()
    await settled()
    expect(ends).toEqual([['timeout'], ['timeout']])
  })

  test('does not assign a late response to another request', async () => {
    let isFirst = true
    const server = await startServer((socket) => {
      if (isFirst) setTimeout(() => socket.write(response('late')), 200)
      else socket.write(response('in time'))
      isFirst = false
    })
    const { ends, submit, settled } = openClient(server.port, { timeoutMs: 100 })
    submit()
    await settled()
    submit()
    await settled()
    expect(ends).toEqual([['timeout'], [ok('in time')]])
  })

  test('settles all requests when it is closed', async () => {
    const server = await startServer(() => undefined)
    const { client, ends, submit } = openClient(server.port)
    for (let count = 0; count < 3; count++) submit()
    client.close()
    expect(ends).toEqual(Array(3).fill(['aborted']))
    expect(client.inFlight).toBe(0)
  })
})

describe('while nobody listens', () => {
  test('requests fail, and connection attempts become less frequent', async () => {
    const { client, ends, submit, settled } = openClient(await closedPort(), { connections: 10 })
    let connects = 0
    const count = () => {
      connects++
    }
    subscribe('net.client.socket', count)
    opened.push({ close: () => unsubscribe('net.client.socket', count) })
    const startedAt = performance.now()
    while (performance.now() - startedAt < 500) {
      for (let count = 0; count < 5; count++) submit()
      await new Promise(setImmediate)
    }
    await settled()
    expect(ends.length).toBeGreaterThan(100)
    expect(ends.every(([end, ...more]) => end === 'connection' && more.length === 0)).toBe(true)
    expect(client.sent).toBe(0)
    // The allowed number at first, then one attempt each after 50, 150 and 350 ms.
    expect(connects).toBeGreaterThan(1)
    expect(connects).toBeLessThanOrEqual(10 + 3)
  })

  test('requests succeed again soon after a server has started', async () => {
    const port = await closedPort()
    const { ends, submit, settled } = openClient(port, { connections: 10 })
    submit()
    await settled()
    await startServer((socket) => socket.write(response('a')), port)
    await vi.waitFor(
      async () => {
        submit()
        await settled()
        expect(ends.at(-1)).toEqual([ok('a')])
      },
      { timeout: 10_000 },
    )
  })
})
