import { z } from 'zod'
import type { Channel } from '../results'
import { deadLetterPageBody, readinessBody } from './bodies'
import type { Shop } from './shop'
import { ShopError } from './shop-error'

export const ORDER_PATHS: Readonly<Record<Channel, string>> = {
  sync: '/orders/sync',
  kafka: '/orders/async/kafka',
  rabbitmq: '/orders/async/rabbitmq',
}

const openApi = z.object({ paths: z.record(z.string(), z.unknown()) })

/**
 * Looks before anything is sent: whether a shop answers at the address, has these channels, can serve them, and shows all that is
 * audited.
 * @throws {ShopError} in one line that says what to do
 */
export async function assertShop(shop: Shop, channels: readonly Channel[]): Promise<void> {
  const document = openApi.safeParse(await shop.json('/openapi.json'))
  if (!document.success) throw new ShopError('not-a-shop', `${shop.url} answers, but it is not this shop`)
  const absent = channels.filter((channel) => !(ORDER_PATHS[channel] in document.data.paths))
  if (absent.length > 0)
    throw new ShopError('not-a-shop', `the shop at ${shop.url} has no route for ${absent.join(', ')}`)

  const readiness = readinessBody.safeParse(await shop.json('/ready'))
  if (!readiness.success) throw new ShopError('not-a-shop', `${shop.url}/ready did not answer as a shop does`)
  const needed = ['mysql', ...channels]
  const down = Object.entries(readiness.data.dependencies).filter(
    ([name, { status }]) => needed.includes(name) && status !== 'up',
  )
  if (down.length > 0) {
    const reasons = down.map(([name, { reason }]) => (reason === undefined ? name : `${name} (${reason})`))
    throw new ShopError('not-ready', `the shop at ${shop.url} is up, but it has no ${reasons.join(', ')}`)
  }

  // Better now than when all has been measured.
  if (!deadLetterPageBody.safeParse(await shop.json('/dead-letters?limit=1')).success) {
    const hint = 'of containers that is the port for operators, http://localhost:8090'
    throw new ShopError(
      'not-a-shop',
      `${shop.url} hides /dead-letters, which the audit reads: ask where they are (${hint})`,
    )
  }
}
