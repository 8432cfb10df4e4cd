import { connect, createServer, type Socket } from 'node:net'
import { UnavailableError } from '@ecommerce/domain'
import { aNewProduct, anAcceptedOrder, atNoon, NOON } from '@ecommerce/testing'
import { mysqlOptions } from '@ecommerce/testing/mysql'
import { afterEach, describe, expect, it } from 'vitest'
import { Database } from './database'
import { MysqlOrderStore } from './mysql-order-store'
import { MysqlProductStore } from './mysql-product-store'

const toClose: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of toClose.splice(0)) await close()
})

/** A proxy to MySQL that closes the connection instead of passing on the response to the first COMMIT. */
async function openLosingFirstCommit() {
  const { host, port } = mysqlOptions()
  const sockets = new Set<Socket>()
  let commits = 0
  const proxy = createServer((client) => {
    const server = connect(port, host)
    let losesAnswer = false
    client.on('data', (data) => {
      if (data.toString('latin1').endsWith('COMMIT')) {
        commits += 1
        losesAnswer = commits === 1
      }
      server.write(data)
    })
    server.on('data', (data) => {
      if (losesAnswer) client.destroy()
      else client.write(data)
    })
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      sockets.add(one)
      one.on('close', () => other.destroy())
      one.on('error', () => other.destroy())
    }
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  const address = proxy.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const database = new Database({ ...mysqlOptions(), host: '127.0.0.1', port: address.port })
  toClose.push(
    () => database.close(),
    async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => proxy.close(resolve))
    },
  )
  return { database, commits: () => commits }
}

async function openDirectly() {
  const database = new Database(mysqlOptions())
  toClose.push(() => database.close())
  return { database, products: new MysqlProductStore(database) }
}

describe('a commit whose response is lost', () => {
  it('places an order once, because the retry finds it', async () => {
    const { products } = await openDirectly()
    const { database, commits } = await openLosingFirstCommit()
    const { id } = await products.create(aNewProduct({ stock: 5 }), NOON)
    const order = anAcceptedOrder({ lines: [{ productId: id, quantity: 2 }] })

    const outcomes = await new MysqlOrderStore(database, atNoon).place([order])

    expect(commits()).toBe(2)
    expect(outcomes).toMatchObject([
      { kind: 'duplicate', sameRequest: true, first: { id: order.id, status: 'confirmed' } },
    ])
    expect(await products.getInventory(id, { limit: 1 })).toMatchObject({ onHand: 3, sold: 2 })
  })

  it('is not retried where a retry would write twice, and the caller gets an error', async () => {
    const { products } = await openDirectly()
    const { database, commits } = await openLosingFirstCommit()
    const { id: productId } = await products.create(aNewProduct({ stock: 5 }), NOON)

    const adjustment = new MysqlProductStore(database).adjustStock({ productId, delta: 1, note: 'found' }, NOON)

    await expect(adjustment).rejects.toThrow(UnavailableError)
    expect(commits()).toBe(1)
    // The server may still be committing when the connection is closed.
    await expect.poll(() => products.get(productId)).toMatchObject({ stock: 6 })
  })
})
