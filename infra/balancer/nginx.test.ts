import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { anyFreePort } from '../../tools/local/free-port'

const BURST = 40

const hasNginx = spawnSync('nginx', ['-v']).status === 0

interface Balancer {
  readonly edge: number
  readonly operators: number
  stop(): Promise<void>
}

/**
 * Starts nginx with the configuration of the containers. Fixed addresses replace the names that only Docker's DNS knows:
 * `resolve` needs nginx 1.27.3, and these tests run with any version.
 */
async function startBalancer(instances: readonly number[]): Promise<Balancer> {
  const folder = mkdtempSync(join(tmpdir(), 'balancer-'))
  const edge = await anyFreePort()
  const operators = await anyFreePort()
  const servers = instances.map((port) => `server 127.0.0.1:${port} max_fails=1 fail_timeout=2s;`).join(' ')
  const file = join(folder, 'nginx.conf')
  writeFileSync(
    file,
    readFileSync(join(import.meta.dirname, 'nginx.conf'), 'utf8')
      .replace('listen 8080', `listen 127.0.0.1:${edge}`)
      .replace('listen 8090', `listen 127.0.0.1:${operators}`)
      // Few enough that a test can exceed them, and more than the other tests send.
      .replace('rate=2000r/s', 'rate=1r/s')
      .replace('burst=4000', `burst=${BURST}`)
      .replace('resolver_timeout 2s', 'resolver_timeout 20ms')
      .replace(/server (product|order):\d+ resolve max_fails=1 fail_timeout=2s;/g, servers)
      .replace('/run/nginx.pid', join(folder, 'pid')),
  )
  // nginx opens /dev/stdout, which fails for a pipe of Node's.
  const nginx = spawn('nginx', ['-c', file, '-p', folder, '-g', 'daemon off;'], { stdio: 'ignore' })
  await vi.waitFor(async () => expect(await request(edge, 'TRACE /')).toContain('HTTP/1.1'), 5_000)
  return {
    edge,
    operators,
    async stop() {
      nginx.kill()
      await once(nginx, 'exit')
      rmSync(folder, { recursive: true })
    },
  }
}

/** Tests the responses of the load balancer itself, without an instance behind it. */
describe.runIf(hasNginx)('the load balancer (where nginx is installed)', () => {
  let balancer: Balancer
  let edge = 0
  let operators = 0

  beforeAll(async () => {
    balancer = await startBalancer([await anyFreePort()])
    edge = balancer.edge
    operators = balancer.operators
  })

  afterAll(() => balancer.stop())

  it.each([
    ['a malformed request', 'GARBAGE', 400],
    ['a path that cannot be decoded', 'GET /orders/%zz', 400],
    ['a path above the root', 'GET /../orders', 400],
    ['a URI that is too long', `GET /${'a'.repeat(20_000)}`, 414],
    ['a header that is too long', `GET / HTTP/1.1\r\nx: ${'a'.repeat(20_000)}`, 431],
    ['a body that is too large', 'POST /orders/sync HTTP/1.1\r\nhost: shop\r\ncontent-length: 9999999', 413],
    ['a method that no service supports', 'TRACE /orders', 405],
    ['a request without an instance', 'POST /orders/sync', 502],
  ])('responds to %s with a problem', async (_, line, status) => {
    for (const port of [edge, operators]) {
      const [head = '', body = ''] = (await request(port, line)).split('\r\n\r\n')

      expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
      expect(head).toMatch(/^content-type: application\/problem\+json/im)
      expect(JSON.parse(body)).toMatchObject({
        type: 'about:blank',
        status,
        title: expect.not.stringMatching('Not served'),
      })
    }
  })

  it.each(['/about', '/dead-letters/1', '/metrics', '/status'])(
    'hides %s from the public ports, not from operators',
    async (path) => {
      expect(await request(edge, `GET ${path}`)).toMatch(/^HTTP\/1.1 404 /)
      expect(await request(operators, `GET ${path}`)).toMatch(/^HTTP\/1.1 502 /)
    },
  )

  it('has security headers on its own responses', async () => {
    const response = await request(operators, 'TRACE /orders')

    expect(response).toMatch(/^x-content-type-options: nosniff\r$/im)
    expect(response).toMatch(/^content-security-policy: default-src 'none'; frame-ancestors 'none'\r$/im)
    expect(response).toMatch(/^cache-control: no-store\r$/im)
    expect(response).not.toMatch(/^retry-after:/im)
  })

  it('accepts the same request ids as the services', async () => {
    const response = await request(edge, 'GET /metrics HTTP/1.1\r\nhost: shop\r\nx-request-id: a:b-c.d_e')

    expect(response).toMatch(/^x-request-id: a:b-c\.d_e\r$/im)
  })

  it('refuses more requests of one address than the limit, but not those of operators', async () => {
    const send = (port: number) =>
      Promise.all(Array.from({ length: BURST + 20 }, () => request(port, 'POST /orders/sync')))

    const refused = (await send(edge)).filter((response) => response.startsWith('HTTP/1.1 429 '))

    expect(refused.length).toBeGreaterThan(0)
    expect(refused[0]).toMatch(/^retry-after: 1\r$/im)
    expect(refused[0]).toContain('"title":"Too many requests"')
    expect((await send(operators)).filter((response) => response.startsWith('HTTP/1.1 429 '))).toEqual([])
  })
})

/** An instance of the shop: it counts the requests that it received. */
async function startInstance(respond: (request: IncomingMessage, response: ServerResponse) => void) {
  const received: string[] = []
  const server = createServer((request, response) => {
    received.push(`${request.method} ${request.url}`)
    request.resume().on('end', () => respond(request, response))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return { port: address.port, received, close: () => server.close() }
}

describe.runIf(hasNginx)('the load balancer in front of an instance that dies (where nginx is installed)', () => {
  const order = (key = '') =>
    `POST /orders/sync HTTP/1.1\r\nhost: shop\r\n${key && `idempotency-key: ${key}\r\n`}content-length: 0`

  it('sends every request to another instance when the connection is refused', async () => {
    const healthy = await startInstance((_, response) => response.writeHead(201).end())
    const balancer = await startBalancer([await anyFreePort(), healthy.port])
    onTestFinished(async () => {
      healthy.close()
      await balancer.stop()
    })

    const responses = await Promise.all(Array.from({ length: 20 }, () => request(balancer.edge, order())))

    expect(responses.filter((response) => response.startsWith('HTTP/1.1 201 '))).toHaveLength(20)
    expect(healthy.received).toHaveLength(20)
  })

  it.each([
    ['does not repeat a POST that was sent', order(), 502, 1],
    ['repeats a POST with an Idempotency-Key', order('k-1'), 201, 2],
    ['repeats a GET', 'GET /orders', 201, 2],
    ['does not repeat a PATCH with a key', order('k-1').replace('POST', 'PATCH'), 502, 1],
    ['does not count an empty key', `${order()}\r\nidempotency-key: `, 502, 1],
  ])('%s', async (_, line, status, sent) => {
    let requests = 0
    const respond = (_request: IncomingMessage, response: ServerResponse) => {
      requests += 1
      // The first one dies after it has received the request.
      if (requests === 1) response.destroy()
      else response.writeHead(201).end()
    }
    const instances = [await startInstance(respond), await startInstance(respond)]
    const balancer = await startBalancer(instances.map(({ port }) => port))
    onTestFinished(async () => {
      for (const instance of instances) instance.close()
      await balancer.stop()
    })

    const response = await request(balancer.edge, line)

    expect(response).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect(instances.flatMap(({ received }) => received)).toHaveLength(sent)
    if (status === 502) expect(response).toMatch(/^content-type: application\/problem\+json/im)
  })
})

it("follows the instances by Docker's DNS, with limits for failures", () => {
  const configuration = readFileSync(join(import.meta.dirname, 'nginx.conf'), 'utf8')

  for (const service of ['product', 'order']) {
    expect(configuration).toMatch(
      new RegExp(
        `upstream ${service} \\{\\s+zone ${service} \\d+k;\\s+server ${service}:\\d+ resolve max_fails=1 fail_timeout=2s;`,
      ),
    )
  }
})

/** @param head the request line; version and host are added when they are missing */
async function request(port: number, head: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  const line = head.includes(' HTTP/1.1') || !head.includes(' ') ? head : `${head} HTTP/1.1\r\nhost: shop`
  socket.write(`${line}\r\nconnection: close\r\n\r\n`)
  let response = ''
  socket.setEncoding('utf8').on('data', (text) => {
    response += text
    if (isComplete(response)) socket.destroy()
  })
  // nginx may close the connection before it has read the whole request.
  await new Promise((resolve) => socket.on('error', () => {}).on('close', resolve))
  return response
}

function isComplete(response: string): boolean {
  const [head = '', body = ''] = response.split('\r\n\r\n')
  const [, length] = /^content-length: (\d+)/im.exec(head) ?? []
  return length !== undefined && body.length >= Number(length)
}
