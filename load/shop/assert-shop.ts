import { z } from 'zod'
import type { Channel } from '../results'
import { deadLetterPageBody, readinessBody } from './bodies'
import { codeOf } from './failure-reason'
import type { ShopResponse } from './http-client'
import { addressWithOtherScheme } from './other-scheme'
import { parseJson, type Shop } from './shop'
import { ShopError } from './shop-error'

export const ORDER_PATHS: Readonly<Record<Channel, string>> = {
  sync: '/orders/sync',
  kafka: '/orders/async/kafka',
  rabbitmq: '/orders/async/rabbitmq',
}

const openApi = z.object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) })

/** The operations that a run uses besides those of the channels. */
const NEEDED = [
  'post /products',
  'delete /products/{id}',
  'get /products/{id}/inventory',
  'get /orders',
  'get /orders/{id}',
] as const

/**
 * Checks before the run that a shop responds at the address, has these channels, can serve them, and exposes everything
 * that the audit reads.
 * @throws {ShopError} with one line that says what to do
 */
export async function assertShop(shop: Shop, channels: readonly Channel[]): Promise<void> {
  const response = await firstResponse(shop)
  const document = openApi.safeParse(parseJson(response.text))
  if (!document.success) throw new ShopError('not-a-shop', notAShop(shop, response))
  const { paths } = document.data
  const absent = channels.filter((channel) => paths[ORDER_PATHS[channel]] === undefined)
  if (absent.length > 0)
    throw new ShopError('not-a-shop', `the shop at ${shop.url} has no route for ${absent.join(', ')}`)
  const missing = NEEDED.find((operation) => {
    const [method = '', path = ''] = operation.split(' ')
    return paths[path]?.[method] === undefined
  })
  if (missing !== undefined) {
    const text = `${shop.url} has no route ${missing.replace(/^\w+/, (method) => method.toUpperCase())}`
    throw new ShopError('not-a-shop', `${text}: it is another program, or another version of the shop`)
  }

  const readiness = readinessBody.safeParse(await shop.json('/ready'))
  if (!readiness.success) throw new ShopError('not-a-shop', `${shop.url}/ready did not respond as a shop does`)
  const needed = ['mysql', ...channels]
  const down = Object.entries(readiness.data.dependencies).filter(
    ([name, { status }]) => needed.includes(name) && status !== 'up',
  )
  if (down.length > 0) {
    const reasons = down.map(([name, { reason }]) => (reason === undefined ? name : `${name} (${reason})`))
    throw new ShopError('not-ready', `the shop at ${shop.url} responds, but is not connected to ${reasons.join(', ')}`)
  }

  // The check comes before the measurement, which would be useless without the audit.
  const letters = await shop.get('/dead-letters?limit=1')
  if (letters.status === 401) throw new ShopError('not-allowed', needsToken(shop))
  if (letters.status === 403) {
    throw new ShopError(
      'not-allowed',
      `the token may not read ${shop.url}/dead-letters: it needs the roles staff and operator`,
    )
  }
  if (!deadLetterPageBody.safeParse(parseJson(letters.text)).success) {
    const hint = 'with containers, use the port for operators, http://localhost:8090'
    throw new ShopError('not-a-shop', `${shop.url} does not expose /dead-letters, which the audit needs; ${hint}`)
  }
}

function needsToken({ url }: Shop): string {
  return `${url} needs a valid access token: use --token, SHOP_TOKEN or --client-credentials`
}

/** The first response decides whether the address is right, so its failures are explained best. */
async function firstResponse(shop: Shop): Promise<ShopResponse> {
  try {
    const response = await shop.get(PROBE)
    if (response.status === 400) await assertScheme(shop)
    if (response.status >= 300 && response.status < 400) throw new ShopError('not-a-shop', redirected(shop, response))
    return response
  } catch (error) {
    if (error instanceof ShopError && error.code === 'unreachable' && !isRefused(error)) await assertScheme(shop)
    throw error
  }
}

const PROBE = '/openapi.json'

async function assertScheme(shop: Shop): Promise<void> {
  const other = await addressWithOtherScheme(shop.url)
  if (other === undefined) return
  const [spoken, tried] = other.startsWith('https:') ? ['https', 'http'] : ['http', 'https']
  throw new ShopError('not-a-shop', `${shop.url} speaks ${spoken}, not ${tried}: use ${other}`)
}

function isRefused(error: ShopError): boolean {
  return /^(ECONNREFUSED|ENOTFOUND|EAI_)/.test(codeOf(error.cause))
}

function redirected({ url }: Shop, { status, location }: ShopResponse): string {
  const target =
    location !== undefined && URL.canParse(location, url + PROBE) ? new URL(location, url + PROBE) : undefined
  if (target === undefined) return `${url} redirects (${status}), but not to an address`
  const { origin, pathname } = target
  if (!pathname.endsWith(PROBE)) return `${url} redirects to ${origin}${pathname} (${status}), which is not a shop`
  const base = origin + pathname.slice(0, -PROBE.length)
  if (base === url) return `${url} redirects to itself (${status})`
  return `${url} redirects to ${base} (${status}): use that`
}

function notAShop({ url }: Shop, { status }: ShopResponse): string {
  const { origin, pathname } = new URL(url)
  const hint = pathname === '/' ? '' : `; try ${origin}`
  const response = status === 200 ? 'responds' : `responds with ${status}`
  return `${url} ${response}, but it is not a shop of this project${hint}`
}
