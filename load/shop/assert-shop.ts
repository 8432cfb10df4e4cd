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
 * Checks before the run that a shop responds at the address, has these channels, can serve them, and exposes everything
 * that the audit reads.
 * @throws {ShopError} with one line that says what to do
 */
export async function assertShop(shop: Shop, channels: readonly Channel[]): Promise<void> {
  const document = openApi.safeParse(await shop.json('/openapi.json'))
  if (!document.success) throw new ShopError('not-a-shop', `${shop.url} responds, but it is not a shop of this project`)
  const absent = channels.filter((channel) => !(ORDER_PATHS[channel] in document.data.paths))
  if (absent.length > 0)
    throw new ShopError('not-a-shop', `the shop at ${shop.url} has no route for ${absent.join(', ')}`)

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
  if (!deadLetterPageBody.safeParse(await shop.json('/dead-letters?limit=1')).success) {
    const hint = 'with containers, use the port for operators, http://localhost:8090'
    throw new ShopError('not-a-shop', `${shop.url} does not expose /dead-letters, which the audit needs; ${hint}`)
  }
}
