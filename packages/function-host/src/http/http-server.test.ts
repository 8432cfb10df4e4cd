import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Caller } from '../lambda-context'
import { FunctionTimeoutError } from '../lambda-function'
import { HttpServer } from './http-server'
import type { RefusedEvent } from './refusal'
import { createFindRoute } from './router'

let invoke = async (event: unknown, _caller?: Caller): Promise<unknown> => event
/** Room for one body of the maximum size, or for many small ones. */
const ROOM_BYTES = 10 * 1024 * 1024
const SETTINGS = { hosts: ['shop', 'a'], bodyTimeoutMs: 5_000 }
let server: HttpServer
let port: number
const errors: unknown[] = []
const agent = new Agent({ keepAlive: true })

beforeEach(async () => {
  errors.length = 0
  invoke = async () => ({ statusCode: 200, headers: { 'content-type': 'text/plain' }, body: 'done' })
  const target = { function: { invoke: (event: unknown, caller?: Caller) => invoke(event, caller) } }
  const findRoute = createFindRoute(['POST /work', 'GET /work'].map((routeKey) => ({ ...target, routeKey })))
  server = new HttpServer({
    findRoute,
    settings: SETTINGS,
    log: { error: (details) => errors.push(details) },
    clock: Date.now,
    maxBodyBytesInFlight: ROOM_BYTES,
  })
  port = await server.listen(0, '127.0.0.1')
})

afterEach(async () => {
  const closed = server.close()
  server.destroy()
  await closed
})

interface Answer {
  readonly status: number | undefined
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

function send(method: string, path: string, body?: string | Buffer, headers = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { port, host: '127.0.0.1', method, path, headers, agent }
    const outgoing = request(options, async (incoming) => {
      const chunks: Buffer[] = []
      for await (const chunk of incoming) chunks.push(chunk)
      resolve({ status: incoming.statusCode, headers: incoming.headers, body: Buffer.concat(chunks).toString() })
    })
    outgoing.once('error', reject)
    outgoing.end(body)
  })
}

/** Sends bytes that no client library would send. @returns the raw response */
async function sendRaw(text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.write(text)
  return responseOf(socket)
}

async function responseOf(socket: Socket): Promise<string> {
  let response = ''
  socket.setEncoding('utf8').on('data', (data) => {
    response += data
  })
  await once(socket, 'close')
  return response
}

describe('the HTTP server', () => {
  it('passes a request to its function, and the result to the client', async () => {
    invoke = async (event) => ({ statusCode: 201, body: JSON.stringify(event) })

    const { status, body } = await send('POST', '/work?a=1', '{"x":1}', { 'content-type': 'application/json' })

    expect(status).toBe(201)
    expect(JSON.parse(body)).toMatchObject({ routeKey: 'POST /work', rawQueryString: 'a=1', body: '{"x":1}' })
  })

  it('accepts a body in chunks, of unknown length', async () => {
    invoke = async (event) => ({ statusCode: 200, body: (event as { body: string }).body })

    const response = await sendRaw(
      'POST /work HTTP/1.1\r\nhost: a\r\ncontent-type: text/plain\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n' +
        '3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n',
    )

    expect(response).toMatch(/\r\n\r\nabcdef$/)
  })

  it('responds to HEAD without the body, but with its length', async () => {
    const target = { function: { invoke: (event: unknown) => invoke(event) }, routeKey: 'HEAD /work' }
    const own = new HttpServer({
      findRoute: createFindRoute([target]),
      settings: SETTINGS,
      log: { error: () => undefined },
      clock: Date.now,
    })
    port = await own.listen(0, '127.0.0.1')

    const { status, headers, body } = await send('HEAD', '/work')
    const closed = own.close()
    own.destroy()
    await closed

    expect({ status, length: headers['content-length'], body }).toEqual({ status: 200, length: '4', body: '' })
  })

  it.each([
    ['fails', () => Promise.reject(new Error('defect')), 500, 'Internal Server Error'],
    ['exceeds its timeout', () => Promise.reject(new FunctionTimeoutError('f', 10)), 503, 'Service Unavailable'],
    ['returns an invalid response', async () => ({ statusCode: 'x' }), 500, 'Internal Server Error'],
    [
      'returns a header with a line break',
      async () => ({ statusCode: 200, headers: { a: 'b\r\nc: d' } }),
      500,
      'Internal Server Error',
    ],
  ])('responds like API Gateway and logs an error if the function %s', async (_, work, status, message) => {
    invoke = work

    const response = await send('GET', '/work')

    expect(response).toMatchObject({ status, body: JSON.stringify({ message }) })
    expect(response.headers['content-type']).toBe('application/json')
    expect(errors).toHaveLength(1)
  })

  it('responds with 404 if no route matches', async () => {
    expect(await send('GET', '/nowhere')).toMatchObject({ status: 404, body: '{"message":"Not Found"}' })
  })

  it('accepts at most 10 MB, with or without a content-length', async () => {
    invoke = async (event) => String((event as { body: string }).body.length)
    const limit = 10 * 1024 * 1024
    const text = { 'content-type': 'text/plain' }

    expect(await send('POST', '/work', Buffer.alloc(limit, 'x'), text)).toMatchObject({
      status: 200,
      body: String(limit),
    })
    const head = 'POST /work HTTP/1.1\r\nhost: a\r\n'
    expect(await sendRaw(`${head}content-length: ${limit + 1}\r\n\r\n`)).toMatch(/^HTTP\/1.1 413 .*connection: close/is)
    const size = (limit + 1).toString(16)
    expect(await sendRaw(`${head}transfer-encoding: chunked\r\n\r\n${size}\r\n${'x'.repeat(limit + 1)}`)).toMatch(
      /^HTTP\/1.1 413 /,
    )
  })

  it.each([
    ['bytes that are not HTTP', 'hello\r\n\r\n', 400],
    ['a bad header', 'GET /work HTTP/1.1\r\nhost: a\r\nbad header: x\r\n\r\n', 400],
    ['no host', 'GET /work HTTP/1.1\r\n\r\n', 400],
    ['two lengths', 'POST /work HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nx', 400],
    [
      'a length and chunks',
      'POST /work HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n',
      400,
    ],
    ['a path that cannot be decoded', 'GET /%zz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n', 400],
    ['bytes of a path that are no UTF-8', 'GET /%ff HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n', 400],
    [
      'a head over 10 KB',
      `GET /work HTTP/1.1\r\nhost: a\r\nconnection: close\r\nx: ${'y'.repeat(10_300)}\r\n\r\n`,
      431,
    ],
    ['a head far over 10 KB', `GET /work HTTP/1.1\r\nhost: a\r\nx: ${'y'.repeat(50_000)}\r\n\r\n`, 431],
  ])('responds to %s with a client error', async (_, text, status) => {
    expect(await sendRaw(text)).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect(errors).toEqual([])
  })

  it('accepts a request in the form for a proxy', async () => {
    invoke = async (event) => (event as { rawPath: string }).rawPath

    expect(await sendRaw('GET http://a/work HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n')).toMatch(/\/work$/)
  })

  it('refuses bodies beyond its limit, and accepts them again when others are finished', async () => {
    const finish: ((result: unknown) => void)[] = []
    invoke = () => new Promise((resolve) => finish.push(resolve))
    const body = Buffer.alloc(ROOM_BYTES / 4, 'x')
    const taken = Array.from({ length: 4 }, () => send('POST', '/work', body))
    await vi.waitFor(() => expect(finish).toHaveLength(4), { timeout: 10_000 })

    expect(await sendRaw('POST /work HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\n\r\nx')).toMatch(/^HTTP\/1.1 503 /)

    for (const end of finish) end('done')
    await Promise.all(taken)
    invoke = async () => 'taken'
    expect(await send('POST', '/work', body)).toMatchObject({ status: 200, body: 'taken' })
  })

  it('forgets a request whose client disconnects before the body ends', async () => {
    const socket = connect(port, '127.0.0.1')
    socket.write('POST /work HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\nhalf')
    await vi.waitFor(() => expect(server.inFlight).toBe(1))

    socket.destroy()

    await vi.waitFor(() => expect(server.inFlight).toBe(0))
    expect(errors).toEqual([])
  })
})

/** Connects and disconnects. */
async function knock(): Promise<void> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  socket.destroy()
}

describe('a request that the server refuses', () => {
  const LENGTH = 12 * 1024 * 1024

  /** A server with a function for refusals, instead of that of the other tests. */
  async function startWith(respond: (event: RefusedEvent) => Promise<unknown>, bodyTimeoutMs = 5_000): Promise<void> {
    server.destroy()
    await server.close()
    const target = { routeKey: 'POST /work', function: { invoke: (event: unknown) => invoke(event) } }
    server = new HttpServer({
      findRoute: createFindRoute([target]),
      refusals: { invoke: (event) => respond(event as RefusedEvent) }, // the server passes nothing else to it
      settings: { ...SETTINGS, bodyTimeoutMs },
      log: { error: (details) => errors.push(details) },
      clock: Date.now,
    })
    port = await server.listen(0, '127.0.0.1')
  }

  const asProblem = async ({ refusal, headers }: RefusedEvent) => ({
    statusCode: refusal.status,
    headers: { 'content-type': 'application/problem+json', 'x-request-id': headers['x-request-id'] ?? 'own' },
    body: refusal.code,
  })

  it.each([
    [
      'a foreign host',
      'GET /work HTTP/1.1\r\nhost: other.example\r\nx-request-id: 7\r\n\r\n',
      421,
      '7',
      'misdirected-request',
    ],
    ['a malformed host', 'GET /work HTTP/1.1\r\nhost: a b\r\nx-request-id: 7\r\n\r\n', 400, '7', 'malformed-request'],
    ['an unknown expectation', 'GET /work HTTP/1.1\r\nhost: a\r\nexpect: x\r\n\r\n', 417, 'own', 'expectation-failed'],
    ['an unknown route', 'GET /x HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n', 404, 'own', 'route-not-found'],
    ['a path that cannot be decoded', 'GET /%ff HTTP/1.1\r\nhost: a\r\n\r\n', 400, 'own', 'malformed-request'],
    ['a tunnel', 'CONNECT a:1 HTTP/1.1\r\nhost: a\r\n\r\n', 405, 'own', 'method-not-allowed'],
    ['invalid HTTP', 'hello\r\n\r\n', 400, 'own', 'malformed-request'],
    ['an unknown method', 'BREW / HTTP/1.1\r\nhost: a\r\n\r\n', 400, 'own', 'malformed-request'],
    ['a long target', `GET /${'x'.repeat(9_000)} HTTP/1.1\r\nhost: a\r\n\r\n`, 414, 'own', 'uri-too-long'],
    ['a very long target', `GET /${'x'.repeat(64_000)} HTTP/1.1\r\nhost: a\r\n\r\n`, 414, 'own', 'uri-too-long'],
  ])('gets the response of the function for refusals: %s', async (_, text, status, id, code) => {
    await startWith(asProblem)

    const response = await sendRaw(text)

    expect(response).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect(response).toMatch(new RegExp(`^x-request-id: ${id}\r$`, 'm'))
    expect(response).toMatch(/^connection: close\r$/im)
    expect(response.endsWith(`\r\n\r\n${code}`)).toBe(true)
    expect(errors).toEqual([])
  })

  it.each([
    ['fails', () => Promise.reject(new Error('defect'))],
    ['returns another status', async () => ({ statusCode: 200, body: 'welcome' })],
  ])('gets the response of API Gateway if that function %s', async (_, respond) => {
    await startWith(respond)

    expect(await sendRaw('GET /work HTTP/1.1\r\nhost: other.example\r\n\r\n')).toMatch(/ 421 .*"Misdirected Request"/s)
    expect(errors).toHaveLength(1)
  })

  it.each(['', '{"use'])('gets a 408 when its body does not arrive after %j', async (part) => {
    await startWith(asProblem, 100)

    const response = await sendRaw(`POST /work HTTP/1.1\r\nhost: a\r\ncontent-length: 46\r\n\r\n${part}`)

    expect(response).toMatch(/^HTTP\/1.1 408 .*connection: close.*request-timeout$/is)
  })

  it('gets a 408 when its body arrives too slowly', async () => {
    await startWith(asProblem, 300)
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => undefined)
    socket.write('POST /work HTTP/1.1\r\nhost: a\r\ncontent-length: 1000\r\n\r\n')
    const trickle = setInterval(() => socket.write('x'), 20)

    const response = await responseOf(socket)
    clearInterval(trickle)

    expect(response).toMatch(/^HTTP\/1.1 408 /)
  })

  it('gets a 413 that it can read while it is still sending', async () => {
    await startWith(asProblem)
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    socket.on('error', () => undefined)
    socket.write(`POST /work HTTP/1.1\r\nhost: a\r\ncontent-length: ${LENGTH}\r\n\r\n`)
    const sent = new Promise((resolve) => socket.write(Buffer.alloc(LENGTH), resolve))

    let response = ''
    socket.setEncoding('utf8').on('data', (text) => {
      response += text
    })
    await once(socket, 'end')
    await sent
    socket.destroy()

    expect(response).toMatch(/^HTTP\/1.1 413 .*payload-too-large$/s)
  })

  it('gets a 413 instead of 100 Continue when its declared body is too large', async () => {
    await startWith(asProblem)

    const response = await sendRaw(
      `POST /work HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: ${LENGTH}\r\n\r\n`,
    )

    expect(response).toMatch(/^HTTP\/1.1 413 /)
  })

  it.each([
    ['an unknown route', 'POST /x HTTP/1.1\r\nhost: a\r\n'],
    ['a foreign host', 'POST /work HTTP/1.1\r\nhost: other.example\r\n'],
    ['a route', 'POST /work HTTP/1.1\r\nhost: a\r\n'],
  ])('gets one response when it turns out to be invalid after its head: %s', async (_, head) => {
    await startWith(asProblem)

    for (const rest of ['transfer-encoding: gzip\r\n\r\n{}', 'transfer-encoding: chunked\r\n\r\nxyz\r\n']) {
      expect((await sendRaw(head + rest)).match(/HTTP\/1.1 4/g)).toHaveLength(1)
    }
  })

  it('does not overtake the response to the request before it', async () => {
    await startWith(asProblem)
    let finish: (result: unknown) => void = () => undefined
    invoke = () => new Promise((resolve) => (finish = resolve))
    const socket = connect(port, '127.0.0.1')
    socket.write('POST /work HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\nhello\r\n\r\n')
    const response = responseOf(socket)
    await vi.waitFor(() => expect(server.inFlight).toBe(1))

    finish({ statusCode: 201, body: 'first' })

    expect(await response).toMatch(/^HTTP\/1.1 201 .*firstHTTP\/1.1 400 /s)
  })
})

it('a function learns when its client has disconnected', async () => {
  let caller: Caller | undefined
  invoke = (_, given) => {
    caller = given
    return new Promise(() => undefined)
  }
  const socket = connect(port, '127.0.0.1').on('error', () => undefined)
  socket.write('POST /work HTTP/1.1\r\nhost: shop\r\ncontent-length: 0\r\n\r\n')
  await vi.waitFor(() => expect(caller?.isGone()).toBe(false))

  socket.destroy()

  await vi.waitFor(() => expect(caller?.isGone()).toBe(true))
})

it('a body that is not UTF-8 reaches the function as it is', async () => {
  invoke = async (event) => {
    const { body, isBase64Encoded } = event as { body: string; isBase64Encoded: boolean }
    return { statusCode: 200, body: `${isBase64Encoded} ${body}` }
  }
  const json = { 'content-type': 'application/json' }

  expect((await send('POST', '/work', Buffer.from([0x22, 0xe9, 0x22]), json)).body).toBe('true Iuki')
  expect((await send('POST', '/work', '"é"', json)).body).toBe('false "é"')
})

describe('a server that drains', () => {
  it('continues to serve, and closes each connection with its response', async () => {
    expect((await send('GET', '/work')).headers.connection).toBe('keep-alive')

    server.drain()

    expect(await send('GET', '/work')).toMatchObject({ status: 200, headers: { connection: 'close' } })
    expect(await send('GET', '/work')).toMatchObject({ status: 200 })
  })

  it('finishes the requests in flight after it has stopped listening', async () => {
    let finish: (result: unknown) => void = () => undefined
    invoke = () => new Promise((resolve) => (finish = resolve))
    const response = send('GET', '/work')
    await vi.waitFor(() => expect(server.inFlight).toBe(1))

    const closed = server.close()
    await vi.waitFor(() => expect(knock()).rejects.toThrow('ECONNREFUSED'))
    finish('in the end')

    expect(await response).toMatchObject({ status: 200, body: 'in the end', headers: { connection: 'close' } })
    await closed
  })

  it('serves the connections that the system has accepted before it stops listening', async () => {
    const sockets = Array.from({ length: 50 }, () => connect(port, '127.0.0.1'))
    await Promise.all(sockets.map((socket) => once(socket, 'connect')))
    const responses = sockets.map((socket) => responseOf(socket.end('GET /work HTTP/1.1\r\nhost: shop\r\n\r\n')))

    await server.close()

    expect(new Set((await Promise.all(responses)).map((response) => response.split('\r\n')[0]))).toEqual(
      new Set(['HTTP/1.1 200 OK']),
    )
  })

  it('does not wait for idle connections', async () => {
    await send('GET', '/work')

    await server.close()
  })
})
