import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { auditStock } from './audit-stock'
import { expectProblem } from './expect-problem'
import type { ServerProcess } from './server-process'
import { ShopClient } from './shop-client'
import { startShop } from './start-shop'
import { useShop } from './use-shop'

const shop = useShop({}, 'host')

/** A second process on the same database: within one process, group commit alone would serialize the buyers. */
let otherServer: ServerProcess
let other: ShopClient

beforeAll(async () => {
  otherServer = await startShop({}, undefined, 'host')
  other = new ShopClient(otherServer.url, shop.contract)
})

afterAll(async () => {
  await otherServer.stop()
  await other.close()
})

describe.each([{ processes: 1 }, { processes: 2 }])(
  'two hundred concurrent buyers in $processes process(es)',
  ({ processes }) => {
    const buyerAt = (at: number) => (at % processes === 0 ? shop.client : other)

    it('receive exactly the fifty units in stock', async () => {
      const { id } = await shop.client.createProduct({ stock: 50 })

      const responses = await Promise.all(
        Array.from({ length: 200 }, (_, at) =>
          buyerAt(at).post('/orders/sync', { user_id: `buyer-${at}`, product_id: id, quantity: 1 }),
        ),
      )

      const refused = responses.filter(({ status }) => status !== 201)
      expect(refused).toHaveLength(150)
      for (const response of refused) expectProblem(response, 'insufficient-stock')
      expect(await auditStock(shop.database, id)).toEqual({ onHand: 0, sold: 50 })
      expect(await shop.client.getProduct(id)).toMatchObject({ stock: 0 })
    })

    it('never oversell several products that they order in opposite sequences, while stock is taken and returned', async () => {
      const products = await Promise.all([60, 70, 80].map((stock) => shop.client.createProduct({ stock })))
      const lines = products.map(({ id }, at) => ({ product_id: id, quantity: at + 1 }))

      const responses = await Promise.all(
        Array.from({ length: 200 }, async (_, at) => {
          const items = at % 2 === 0 ? lines : lines.toReversed()
          const response = await buyerAt(at).post('/orders/sync', { user_id: `buyer-${at}`, items })
          if (response.status === 201 && at % 5 === 0) {
            const cancelled = await buyerAt(at + 1).post(`${response.headers.location}/cancel`)
            expect(cancelled.status).toBe(200)
          }
          return response
        }),
      )

      for (const response of responses.filter(({ status }) => status !== 201))
        expectProblem(response, 'insufficient-stock')
      for (const { id } of products) await auditStock(shop.database, id)
      // The third product runs out first: 80 units in orders of 3.
      const [, , scarcest] = products
      expect((await auditStock(shop.database, scarcest?.id ?? 0)).onHand).toBeLessThan(3 * 40)
    })
  },
)
