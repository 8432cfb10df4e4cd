import { holdingProduct } from '@ecommerce/testing/mysql'
import { expect, it, vi } from 'vitest'
import { anyFreePort } from '../tools/local/free-port'
import { auditStock } from './audit-stock'
import { parseMetrics, readMetrics } from './read-metrics'
import type { Order, ShopClient } from './shop-client'
import { closeShop, openShop } from './use-shop'

const CHANNELS = ['kafka', 'rabbitmq'] as const

it('a shop that receives a stop signal finishes the batches in flight, and the next shop does not receive them again', async () => {
  const eventSourcesPort = await anyFreePort()
  const { client, database, server } = await openShop({
    EVENT_SOURCES_PORT: String(eventSourcesPort),
    SLS_LOG_LEVEL: 'notice',
  })
  const { id } = await client.createProduct({ stock: 10 })
  await untilConfirmed(client, await sendOrders(client, id))

  // A lock on the product blocks one batch, and the other one behind it: only one consumed batch is placed at a time.
  const { orderIds, ending } = await holdingProduct(database, id, async () => {
    const orderIds = await sendOrders(client, id)
    await expect.poll(() => batchesInFlight(eventSourcesPort), { timeout: 1_500 }).toEqual([1, 1])
    const ending = server.stop()
    await expect.poll(() => server.log, { timeout: 1_500 }).toContain('Batches to finish: 2;')
    return { orderIds, ending }
  })
  expect(await ending).toEqual({ code: 0, signal: null })
  const confirmed = await database.read((session) =>
    session.rows<{ id: string }>("SELECT id FROM orders WHERE status = 'confirmed' AND id IN (?)", [orderIds]),
  )
  expect(confirmed.map((row) => row.id).sort()).toEqual(orderIds.sort())

  const next = await openShop()
  await untilConfirmed(next.client, await sendOrders(next.client, id))
  const metrics = await readMetrics(next.client)
  for (const broker of CHANNELS) {
    expect(metrics.value('ecommerce_messages_processed_total', { broker, source: 'orders' }), broker).toBe(1)
  }
  expect(await auditStock(database, id)).toEqual({ onHand: 4, sold: 6 })
  await Promise.all([closeShop(next), client.close(), database.close()])
})

/** Sends one order to each broker, of the same user, so that Kafka keeps the order of several calls. */
async function sendOrders(client: ShopClient, productId: number): Promise<string[]> {
  const order = { user_id: 'last', product_id: productId, quantity: 1 }
  const accepted = await Promise.all(CHANNELS.map((channel) => client.post(`/orders/async/${channel}`, order)))
  return accepted.map(({ body }) => (body as Order).id)
}

/** The batches in flight of each order consumer. */
async function batchesInFlight(port: number): Promise<(number | undefined)[]> {
  const metrics = parseMetrics(await (await fetch(`http://localhost:${port}/metrics`)).text())
  return CHANNELS.map((broker) => {
    const key = `on-order-placed-${broker}`
    return metrics.value('event_source_in_flight_batches', { mapping: `${key}:${broker}:orders`, function: key })
  })
}

async function untilConfirmed(client: ShopClient, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    await vi.waitFor(async () => expect((await client.getOrder(id)).status).toBe('confirmed'), 20_000)
  }
}
