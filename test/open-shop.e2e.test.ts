import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LOCAL_AUDIENCE, type LocalIssuer, startLocalIssuer } from '../tools/issuer/local-issuer'
import { requestToken } from '../tools/issuer/request-token'
import { anyFreePort } from '../tools/local/free-port'
import { run } from '../tools/local/run'
import { startHostServer } from './host-server'
import type { ServerProcess } from './server-process'

const ROOT = join(import.meta.dirname, '..')
const OWN_SECRETS = {
  MYSQL_USER: 'shop',
  MYSQL_PASSWORD: 'own',
  ORDER_ID_SECRET: 'a secret of sixteen or more',
  RABBITMQ_URL: 'amqp://shop:own@127.0.0.1:1/',
}
const ONLY_HEALTH = ['--functions', 'operations/get-health,operations/answer-unrouted']

/** Starts a home that should refuse. Empty settings count as unset, whatever this process has. */
async function startRefused(command: readonly string[], settings: Readonly<Record<string, string>>) {
  const [program = '', ...args] = command
  const env = { NODE_ENV: 'development', AUTH_ISSUER: '', ALLOW_OPEN_SHOP: '', EDGE_ADDRESS: '', ...settings }
  return run(program, args, { cwd: ROOT, env, timeoutMs: 90_000 })
}

const hostOn = async (...args: readonly string[]) => [
  process.execPath,
  'dist/function-host',
  '--port',
  String(await anyFreePort()),
  ...ONLY_HEALTH,
  ...args,
]

describe('an open shop', () => {
  it.each([
    ['listens on all interfaces', ['--host', '0.0.0.0'], {}],
    ['listens on all IPv6 interfaces', ['--host', '::'], {}],
    ['runs in production', [], { NODE_ENV: 'production', ...OWN_SECRETS }],
    ['is published beyond loopback', [], { EDGE_ADDRESS: '0.0.0.0', ...OWN_SECRETS }],
  ])('does not start in the function host if it %s', async (_, args, settings) => {
    const { code, stderr } = await startRefused(await hostOn(...args), settings)

    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^This shop is open, because AUTH_ISSUER/),
    })
    expect(stderr).not.toMatch(/\n\s+at /)
  })

  it('does not start under serverless-offline on all interfaces', async () => {
    const program = join('node_modules', '.bin', 'serverless')
    const port = String(await anyFreePort())
    const { code, stdout, stderr } = await startRefused(
      [program, 'offline', 'start', '--host', '0.0.0.0', '--httpPort', port],
      { FUNCTIONS_LOCATION: ROOT, SLS_TELEMETRY_DISABLED: '1', SLS_NOTIFICATIONS_MODE: 'off' },
    )

    expect({ code, output: stdout + stderr }).toMatchObject({
      code: 1,
      output: expect.stringContaining('This shop is open'),
    })
  }, 100_000)
})

describe('a protected shop with limits', () => {
  let issuer: LocalIssuer
  let shop: ServerProcess
  beforeAll(async () => {
    issuer = await startLocalIssuer(0)
    const settings = { AUTH_ISSUER: issuer.url, AUTH_AUDIENCE: LOCAL_AUDIENCE, RATE_LIMIT_PER_CALLER: '2' }
    shop = await startHostServer({ ...settings, RATE_LIMIT_BURST_SECONDS: '1' }, { args: ['--host', '0.0.0.0'] })
  })
  afterAll(async () => {
    await shop?.stop()
    await issuer?.stop()
  })

  const get = async (path: string, role?: string) => {
    const token = role === undefined ? undefined : await requestToken(issuer.url, { role, user: undefined })
    return fetch(`${shop.url}${path}`, { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } })
  }

  it('starts on all interfaces', async () => {
    expect((await get('/health')).status).toBe(200)
  })

  it.each([
    [undefined, 401],
    ['customer', 403],
    ['operator', 200],
  ])('responds to /about of %s with %s', async (role, status) => {
    expect((await get('/about', role)).status).toBe(status)
  })

  it('shows a page with a place to sign in', async () => {
    expect(await (await get('/status')).text()).toContain('<html lang="en" data-access="protected">')
  })

  it('limits a caller, also one with several tokens', async () => {
    const responses = await Promise.all(Array.from({ length: 8 }, () => get('/about', 'operator')))

    const refused = responses.filter(({ status }) => status === 429)
    expect(refused.length).toBeGreaterThan(0)
    expect(refused[0]?.headers.get('retry-after')).toBe('1')
    expect(refused[0]?.headers.get('ratelimit')).toMatch(/^"caller";r=0;t=1$/)
  })
})
