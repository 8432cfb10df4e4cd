import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { anyFreePort } from '../../tools/local/free-port'

const hasNginx = spawnSync('nginx', ['-v']).status === 0

/** What the load balancer answers by itself; there is no instance behind it here. */
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
        .replace('resolver_timeout 2s', 'resolver_timeout 20ms')
        .replace('/run/nginx.pid', join(folder, 'pid')),
    )
    // It opens /dev/stdout, which it cannot when that is a pipe of Node's.
    nginx = spawn('nginx', ['-c', file, '-p', folder, '-g', 'daemon off;'], { stdio: 'ignore' })
    await vi.waitFor(async () => expect(await ask(edge, 'GET /')).toContain('HTTP/1.1'), 5_000)
  })

  afterAll(async () => {
    nginx.kill()
    await once(nginx, 'exit')
    rmSync(folder, { recursive: true })
  })

  it.each([
    ['what nobody can read', 'GARBAGE', 400],
    ['a path that cannot be decoded', 'GET /orders/%zz', 400],
    ['a path out of the root', 'GET /../orders', 400],
    ['a URI that is too long', `GET /${'a'.repeat(20_000)}`, 414],
    ['a header that is too long', `GET / HTTP/1.1\r\nx: ${'a'.repeat(20_000)}`, 431],
    ['a body that is too large', 'POST /orders/sync HTTP/1.1\r\nhost: shop\r\ncontent-length: 9999999', 413],
    ['a method that no service has', 'TRACE /orders', 405],
    ['a request when there is no instance', 'POST /orders/sync', 502],
  ])('answers %s with a problem', async (_, request, status) => {
    for (const port of [edge, operators]) {
      const [head = '', body = ''] = (await ask(port, request)).split('\r\n\r\n')

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
    'keeps %s from the edge, not from operators',
    async (path) => {
      expect(await ask(edge, `GET ${path}`)).toMatch(/^HTTP\/1.1 404 /)
      expect(await ask(operators, `GET ${path}`)).toMatch(/^HTTP\/1.1 502 /)
    },
  )

  it('takes the ids of requests that services take', async () => {
    const answer = await ask(edge, 'GET /metrics HTTP/1.1\r\nhost: shop\r\nx-request-id: a:b-c.d_e')

    expect(answer).toMatch(/^x-request-id: a:b-c\.d_e\r$/im)
  })
})

/** @param request without its version and host where these are the usual ones */
async function ask(port: number, request: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  const line = request.includes(' HTTP/1.1') || !request.includes(' ') ? request : `${request} HTTP/1.1\r\nhost: shop`
  socket.write(`${line}\r\nconnection: close\r\n\r\n`)
  let answer = ''
  socket.setEncoding('utf8').on('data', (text) => {
    answer += text
    if (isWhole(answer)) socket.destroy()
  })
  // It may close on a request that it has not read to the end.
  await new Promise((resolve) => socket.on('error', () => {}).on('close', resolve))
  return answer
}

function isWhole(answer: string): boolean {
  const [head = '', body = ''] = answer.split('\r\n\r\n')
  const [, length] = /^content-length: (\d+)/im.exec(head) ?? []
  return length !== undefined && body.length >= Number(length)
}
