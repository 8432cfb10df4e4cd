import { readConfig } from '@ecommerce/runtime/config'
import { expect, it } from 'vitest'
import { resetKafka } from '../tools/maintenance/reset-kafka'
import { resetOrders } from '../tools/maintenance/reset-orders'
import { auditStock } from './audit-stock'
import type { HttpResponse } from './http-response'
import { uniqueWord } from './shop-client'
import { useShop } from './use-shop'

const OPTIONS = { yes: true, deadLetters: false }
const SOON = { timeout: 30_000 }

const shop = useShop({}, 'host')

function order(channel: string, productId: number): Promise<HttpResponse> {
  return shop.client.post(`/orders/${channel}`, { user_id: uniqueWord(), product_id: productId, quantity: 1 })
}

async function statusOf({ headers }: HttpResponse): Promise<string> {
  const { body } = await shop.client.get(headers.location ?? '')
  return (body as { status: string }).status
}

it('a shop whose topic is deleted and created again places every order that it accepts after that', async () => {
  const { id } = await shop.client.createProduct({ stock: 1_000 })
  const before = await order('async/kafka', id)
  await expect.poll(() => statusOf(before), SOON).toBe('confirmed')

  await resetKafka.run(readConfig(), OPTIONS)

  // The first orders may still reach a producer that knows the deleted topic.
  await expect.poll(async () => (await order('async/kafka', id)).status, SOON).toBe(202)
  const accepted = await Promise.all(Array.from({ length: 50 }, () => order('async/kafka', id)))
  expect(accepted.map(({ status }) => status)).toEqual(Array(50).fill(202))
  for (const one of accepted) await expect.poll(() => statusOf(one), SOON).toBe('confirmed')
})

it('a shop whose orders are deleted at runtime continues to sell, and its stock adds up', async () => {
  const { id } = await shop.client.createProduct({ stock: 1_000 })
  const responses: HttpResponse[] = []
  let isOpen = true
  const buyers = ['sync', 'async/kafka', 'async/rabbitmq'].map(async (channel) => {
    while (isOpen) responses.push(await order(channel, id))
  })
  const more = async () => {
    const { length } = responses
    await expect.poll(() => responses.length, SOON).toBeGreaterThan(length + 30)
  }

  await more()
  await resetOrders.run(readConfig(), OPTIONS)
  await more()
  isOpen = false
  await Promise.all(buyers)

  expect(responses.filter(({ status }) => status !== 201 && status !== 202)).toEqual([])
  const last = responses.slice(-30)
  for (const one of last) await expect.poll(() => statusOf(one), SOON).toBe('confirmed')
  const { onHand, sold } = await auditStock(shop.database, id)
  expect(onHand + sold).toBe(1_000)
  expect(sold).toBeGreaterThanOrEqual(last.length)
})
