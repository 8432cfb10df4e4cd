import { once } from 'node:events'
import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { FakeShop } from '../testing/fake-shop'
import { TEST_CERTIFICATE } from '../testing/test-certificate'
import { assertShop } from './assert-shop'
import { Shop } from './shop'

const closing: (() => void)[] = []

afterEach(() => {
  for (const close of closing.splice(0)) close()
})

async function portOf(server: Server): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => sockets.add(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closing.push(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return (server.address() as AddressInfo).port
}

const http = async (listener: RequestListener) => `http://127.0.0.1:${await portOf(createHttpServer(listener))}`
const tcp = async (listener: (socket: Socket) => void) => {
  const server = createTcpServer((socket) => listener(socket.on('error', () => undefined)))
  return `http://127.0.0.1:${await portOf(server)}`
}

async function aClosedPort(): Promise<string> {
  const server = createTcpServer()
  const port = await portOf(server)
  server.close()
  return `http://127.0.0.1:${port}`
}

async function aFakeShop(): Promise<string> {
  const shop = await FakeShop.open()
  closing.push(() => void shop.close())
  return shop.url
}

/** @param location absent for a response without the header */
function redirect(status: number, location?: string): Promise<string> {
  return http((_, response) => response.writeHead(status, location === undefined ? {} : { location }).end())
}

function json(body: unknown, status = 200): Promise<string> {
  return http((_, response) => response.writeHead(status).end(JSON.stringify(body)))
}

async function errorFor(url: string): Promise<unknown> {
  const shop = new Shop(url, 0)
  closing.push(() => void shop.close())
  return assertShop(shop, ['sync', 'kafka', 'rabbitmq']).catch((error: unknown) => error)
}

const html: RequestListener = (_, response) =>
  response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>It works!')

describe('the address of a run', () => {
  it('is accepted if a shop responds', async () => {
    expect(await errorFor(await aFakeShop())).toBeUndefined()
  })

  it.each<[string, () => Promise<string>, RegExp]>([
    ['nothing listens there', aClosedPort, /does not respond: nothing listens at this address \(ECONNREFUSED\)$/],
    [
      'its host does not exist',
      async () => 'http://shop.invalid:3000',
      /^http:\/\/shop\.invalid:3000 does not respond: the host name is unknown \((ENOTFOUND|EAI_AGAIN)\)$/,
    ],
    [
      'the server closes each connection',
      () => tcp((socket) => socket.destroy()),
      /does not respond: the connection was closed without a response/,
    ],
    [
      'the server sends no HTTP',
      () => tcp((socket) => socket.end('SSH-2.0-OpenSSH\r\n')),
      /the response is not HTTP \(HPE_/,
    ],
    ['the server sends bytes without end', () => tcp((socket) => socket.write('x'.repeat(99_999))), /is not HTTP/],
    ['it is another web server', () => http(html), /responds, but it is not a shop of this project$/],
    ['it is another API', () => json({ openapi: '3.1.0' }), /responds, but it is not a shop of this project$/],
    [
      'the server responds with an error',
      () => json({}, 500),
      /responds with 500, but it is not a shop of this project$/,
    ],
    [
      'the document is of another version',
      () => json({ paths: { '/orders/sync': {}, '/orders/async/kafka': {}, '/orders/async/rabbitmq': {} } }),
      /has no route POST \/products: it is another program, or another version of the shop$/,
    ],
    ['it redirects without an address', () => redirect(304), /redirects \(304\), but not to an address$/],
    [
      'it redirects to an invalid address',
      () => redirect(302, 'http://['),
      /redirects \(302\), but not to an address$/,
    ],
    ['it redirects to itself', () => redirect(301, '/openapi.json'), /redirects to itself \(301\)$/],
    [
      'it redirects to a login page',
      () => redirect(302, 'https://login.example/start?return=secret'),
      /redirects to https:\/\/login\.example\/start \(302\), which is not a shop$/,
    ],
  ])('is reported in one line if %s', async (_, open, message) => {
    const url = await open()

    expect(await errorFor(url)).toMatchObject({ name: 'ShopError', message: expect.stringMatching(message) })
    expect(String(await errorFor(url))).toMatch(/^.*$/)
  })

  it.each([301, 302, 303, 307, 308])(
    'is corrected by a redirect with status %d, without its password',
    async (status) => {
      const url = await redirect(status, 'http://user:secret@localhost:3000/openapi.json?token=secret')

      expect(await errorFor(url)).toMatchObject({
        message: `${url} redirects to http://localhost:3000 (${status}): use that`,
      })
    },
  )

  it('is corrected by a redirect to a path', async () => {
    const url = await redirect(308, '/v2/openapi.json')

    expect(await errorFor(url)).toMatchObject({ message: `${url} redirects to ${url}/v2 (308): use that` })
  })

  it('is corrected if it has a path on a server that is a shop', async () => {
    const url = `${await aFakeShop()}/orders`

    expect(await errorFor(url)).toMatchObject({
      message: `${url} responds with 404, but it is not a shop of this project; try ${new URL(url).origin}`,
    })
  })

  it('is corrected if the server speaks HTTP and not HTTPS', async () => {
    const url = await aFakeShop()
    const https = url.replace('http:', 'https:')

    expect(await errorFor(https)).toMatchObject({ message: `${https} speaks http, not https: use ${url}` })
  })

  it('is corrected if the server speaks HTTPS and not HTTP', async () => {
    const url = `http://127.0.0.1:${await portOf(createHttpsServer(TEST_CERTIFICATE, html))}`

    expect(await errorFor(url)).toMatchObject({
      message: `${url} speaks https, not http: use ${url.replace('http:', 'https:')}`,
    })
  })

  it('is reported if the certificate of the server is not trusted', async () => {
    const url = `https://127.0.0.1:${await portOf(createHttpsServer(TEST_CERTIFICATE, html))}`

    expect(await errorFor(url)).toMatchObject({
      message: expect.stringMatching(
        /its certificate is not trusted; NODE_EXTRA_CA_CERTS adds an authority \(DEPTH_ZERO/,
      ),
    })
  })

  it('is reported if the server never responds', async () => {
    // The tool waits for 10 s and then tries TLS for 3 s.
    vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => {
      return AbortSignal.abort(new DOMException('in a test, time passes fast', 'TimeoutError'))
    })
    const url = await tcp(() => undefined)

    expect(await errorFor(url)).toMatchObject({ message: `${url} does not respond: no response within 10 s` })
  })
})
