import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { Client, type Exchange } from './client'
import type { Failure } from './connection'

interface Asked extends Exchange {
  readonly number: number
}

type End = { readonly status: number; readonly bodyStart: string } | Failure

const opened: { close(): void }[] = []

afterEach(() => {
  for (const each of opened.splice(0)) each.close()
})

/** Answers each request, which it recognises by its empty line, as `serve` says; a connection counts from 0. */
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
  const client = new Client<Asked>({
    target: { host: '127.0.0.1', port, isTls: false },
    connections,
    connectTimeoutMs: timeoutMs,
    clock: () => performance.now(),
    answered: ({ number }, status, bodyStart) => ends[number]?.push({ status, bodyStart }),
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

const answer = (body: string, headers = '') =>
  `HTTP/1.1 200 OK\r\n${headers}content-length: ${body.length}\r\n\r\n${body}`
const ok = (bodyStart: string): End => ({ status: 200, bodyStart })

async function closedPort(): Promise<number> {
  const { port, close } = await startServer(() => undefined)
  close()
  return port
}

describe('a client', () => {
  test('sends one request after another over a connection that stays', async () => {
    const server = await startServer((socket) => socket.write(answer('a')))
    const { ends, submit, settled } = openClient(server.port)
    for (let count = 0; count < 5; count++) submit()
    await settled()
    submit()
    await settled()
    expect(ends).toEqual(Array(6).fill([ok('a')]))
    expect(server.sockets).toHaveLength(1)
  })

  test('opens no more connections than allowed, and no more than needed', async () => {
    const server = await startServer((socket) => socket.write(answer('a')))
    const { submit, settled } = openClient(server.port, { connections: 3 })
    for (let count = 0; count < 2; count++) submit()
    await settled()
    expect(server.sockets).toHaveLength(2)
    for (let count = 0; count < 10; count++) submit()
    await settled()
    expect(server.sockets).toHaveLength(3)
  })

  test.each([
    { way: 'says so', response: answer('a', 'connection: close\r\n'), isEnded: false },
    { way: 'does so', response: answer('a'), isEnded: true },
    { way: 'ends the body with it', response: 'HTTP/1.1 200 OK\r\n\r\na', isEnded: true },
  ])('goes on over a new connection when the server $way to close it', async ({ response, isEnded }) => {
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

  test('does not use a connection again that the server keeps no longer than a second', async () => {
    const server = await startServer((socket) => socket.write(answer('a', 'keep-alive: timeout=1\r\n')))
    const { ends, submit, settled } = openClient(server.port)
    submit()
    await settled()
    submit()
    await settled()
    expect(ends).toEqual([[ok('a')], [ok('a')]])
    expect(server.sockets).toHaveLength(2)
  })

  test('fails what was under way when the connection breaks, sends it to nobody else, and goes on', async () => {
    let requests = 0
    const server = await startServer((socket, connection) => {
      requests++
      if (connection === 0) socket.destroy()
      else socket.write(answer('a'))
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

  test('fails what it can not read, and what comes unasked closes the connection', async () => {
    const server = await startServer((socket, connection) => {
      socket.write(connection === 0 ? 'HTTP/1.0 200 OK\r\n\r\n' : answer('a') + answer('b'))
    })
    const { ends, submit, settled } = openClient(server.port)
    submit()
    await settled()
    submit()
    await settled()
    expect(ends).toEqual([['protocol'], ['protocol']])
    expect(server.sockets).toHaveLength(2)
  })

  test('fails what is not answered in time, and what waited for it in vain', async () => {
    const server = await startServer(() => undefined)
    const { ends, submit, settled } = openClient(server.port, { timeoutMs: 100 })
    submit()
    submit()
    await settled()
    expect(ends).toEqual([['timeout'], ['timeout']])
  })

  test('takes an answer that comes too late for nobody else’s', async () => {
    let isFirst = true
    const server = await startServer((socket) => {
      if (isFirst) setTimeout(() => socket.write(answer('late')), 200)
      else socket.write(answer('in time'))
      isFirst = false
    })
    const { ends, submit, settled } = openClient(server.port, { timeoutMs: 100 })
    submit()
    await settled()
    submit()
    await settled()
    expect(ends).toEqual([['timeout'], [ok('in time')]])
  })

  test('settles all at once when it is closed', async () => {
    const server = await startServer(() => undefined)
    const { client, ends, submit } = openClient(server.port)
    for (let count = 0; count < 3; count++) submit()
    client.close()
    expect(ends).toEqual(Array(3).fill(['aborted']))
    expect(client.inFlight).toBe(0)
  })
})

describe('while nobody listens', () => {
  test('requests fail, and connections are tried ever less often', async () => {
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
    // As many as allowed while there is no reason not to, then one each after 50, 150 and 350 ms.
    expect(connects).toBeGreaterThan(1)
    expect(connects).toBeLessThanOrEqual(10 + 3)
  })

  test('requests succeed again soon after somebody does', async () => {
    const port = await closedPort()
    const { ends, submit, settled } = openClient(port, { connections: 10 })
    submit()
    await settled()
    await startServer((socket) => socket.write(answer('a')), port)
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
