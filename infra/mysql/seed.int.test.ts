import { randomBytes } from 'node:crypto'
import { withConnection } from '@ecommerce/adapters/mysql'
import { type Config, readConfig } from '@ecommerce/runtime/config'
import type { RowDataPacket } from 'mysql2/promise'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { migrate } from './migrate'
import { seed } from './seed'
import { SEED_PRODUCTS } from './seed-products'

let config: Config
beforeEach(async () => {
  config = { ...readConfig(), MYSQL_DATABASE: `ecommerce_test_${randomBytes(6).toString('hex')}` }
  await migrate(config)
})
afterEach(async () => {
  await query('SET GLOBAL auto_increment_increment = 1, GLOBAL auto_increment_offset = 1')
  await query(`DROP DATABASE ${config.MYSQL_DATABASE}`)
})

function query(sql: string): Promise<RowDataPacket[]> {
  return withConnection(config, async (connection) => (await connection.query<RowDataPacket[]>(sql))[0])
}

const ids = async () => (await query('SELECT id FROM products ORDER BY id')).map(({ id }) => id)
const expectedIds = SEED_PRODUCTS.map((_, index) => index + 1)

it('the seed has the ids 1, 2, 3 and so on, even on a cluster whose nodes count in steps', async () => {
  await query('SET GLOBAL auto_increment_increment = 3, GLOBAL auto_increment_offset = 2')

  expect(await seed(config)).toEqual({ products: SEED_PRODUCTS.length })

  expect(await ids()).toEqual(expectedIds)
})

it('several processes seed the catalogue once', async () => {
  const results = await Promise.all([seed(config), seed(config), seed(config)])

  expect(results).toEqual(results.map(() => ({ products: SEED_PRODUCTS.length })))
  expect(await ids()).toEqual(expectedIds)
})

it('the seed changes no catalogue that has products, even deleted ones', async () => {
  await seed(config)
  await query('UPDATE products SET deleted_at = NOW() WHERE id <> 1')

  await seed(config)

  expect(await ids()).toEqual(expectedIds)
})
