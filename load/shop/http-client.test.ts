import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { HttpClient } from './http-client'

const closing: (() => void)[] = []

afterEach(() => {
  for (const close of closing.splice(0)) close()
})

/** Calls `serve` with the number of the connection and of the request on it, both from 1. */
async function open(
  serve: (response: ServerResponse, at: { connection: number; request: number }, request: IncomingMessage) => void,
) {
  const received: string[] = []
  const counts = new Map<unknown, { readonly connection: number; request: number }>()
  const server = createServer((request, response) => {
    const at = counts.get(request.socket) ?? { connection: counts.size + 1, request: 0 }
    counts.set(request.socket, at)
    at.request += 1
    received.push(`${request.method} ${at.connection}.${at.request}`)
    serve(response, at, request)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = new HttpClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  closing.push(() => {
    void client.close()
    server.close()
    server.closeAllConnections()
  })
  return { client, received }
}

/** As a proxy that drops each connection after its first response, without saying so. */
function closeSecond(response: ServerResponse, { request }: { request: number }, { socket }: IncomingMessage): void {
  if (request > 1) socket.destroy()
  else response.end('ok')
}

describe('a client of the shop', () => {
  it('keeps connections open for GET', async () => {
    const { client, received } = await open((response) => response.end('ok'))
    for (let count = 0; count < 6; count++) expect((await client.send('GET', '/', 5_000)).text).toBe('ok')
    expect(received).toHaveLength(6)
    expect(received).toContain('GET 1.2')
  })

  it('sends a GET or DELETE again over a new connection if a kept connection is closed', async () => {
    const { client, received } = await open(closeSecond)
    for (const method of ['GET', 'DELETE', 'GET', 'DELETE', 'GET', 'DELETE'] as const) {
      expect((await client.send(method, '/', 5_000)).status).toBe(200)
    }
    const repeated = received.filter((_, index) => received[index - 1]?.endsWith('.2'))
    expect(repeated.length).toBeGreaterThan(0)
    expect(repeated.every((request) => request.endsWith('.1'))).toBe(true)
  })

  it('sends every POST over a new connection, and never again', async () => {
    const { client, received } = await open(closeSecond)
    for (let count = 0; count < 3; count++) expect((await client.send('POST', '/', 5_000, {})).text).toBe('ok')
    expect(received).toEqual(['POST 1.1', 'POST 2.1', 'POST 3.1'])

    const broken = await open((_, __, { socket }) => socket.destroy())
    await expect(broken.client.send('POST', '/', 5_000, {})).rejects.toThrow(/closed without a response/)
    expect(broken.received).toEqual(['POST 1.1'])
  })

  it('gives up a GET after one more attempt', async () => {
    const { client, received } = await open((_, __, { socket }) => socket.destroy())
    await expect(client.send('GET', '/', 5_000)).rejects.toThrow(/closed without a response/)
    expect(received).toEqual(['GET 1.1', 'GET 2.1'])
  })

  it('limits the time of a body that never ends', async () => {
    const { client } = await open((response) => response.write('a'))
    await expect(client.send('GET', '/', 100)).rejects.toThrow(/no response within 0.1 s/)
  })

  it('returns a redirect instead of following it', async () => {
    const { client } = await open((response) => response.writeHead(307, { location: '/other' }).end())
    expect(await client.send('GET', '/', 5_000)).toMatchObject({ status: 307, location: '/other' })
  })

  it('ignores the proxy of the environment', async () => {
    const proxied = createTcpServer((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nproxy'))
    proxied.listen(0, '127.0.0.1')
    await once(proxied, 'listening')
    closing.push(() => proxied.close())
    const proxy = `http://127.0.0.1:${(proxied.address() as AddressInfo).port}`
    for (const name of ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY']) vi.stubEnv(name, proxy)
    vi.stubEnv('NODE_USE_ENV_PROXY', '1')
    const { client } = await open((response) => response.end('shop'))
    expect((await client.send('GET', '/', 5_000)).text).toBe('shop')
  })
})
