import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { anyFreePort } from '../../tools/local/free-port'

const BURST = 40

const hasNginx = spawnSync('nginx', ['-v']).status === 0

/** Tests the responses of the load balancer itself, without an instance behind it. */
describe.runIf(hasNginx)('the load balancer (where nginx is installed)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'balancer-'))
  let nginx: ChildProcess
  let edge = 0
  let operators = 0

  beforeAll(async () => {
    edge = await anyFreePort()
    operators = await anyFreePort()
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
        .replace('/run/nginx.pid', join(folder, 'pid')),
    )
    // nginx opens /dev/stdout, which fails for a pipe of Node's.
    nginx = spawn('nginx', ['-c', file, '-p', folder, '-g', 'daemon off;'], { stdio: 'ignore' })
    await vi.waitFor(async () => expect(await request(edge, 'GET /')).toContain('HTTP/1.1'), 5_000)
  })

  afterAll(async () => {
    nginx.kill()
    await once(nginx, 'exit')
    rmSync(folder, { recursive: true })
  })

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
