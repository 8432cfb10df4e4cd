import { randomBytes } from 'node:crypto'
import { MysqlOrderStore, MysqlProductStore, withConnection } from '@ecommerce/adapters/mysql'
import { type Config, readConfig } from '@ecommerce/runtime/config'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { migrate } from './migrate'
import { openDatabase } from './open-database'
import { asAdministrator } from './shop-account'

const suffix = randomBytes(4).toString('hex')
const shared = readConfig()
const config: Config = {
  ...shared,
  MYSQL_ADMIN_USER: shared.MYSQL_USER,
  MYSQL_ADMIN_PASSWORD: shared.MYSQL_PASSWORD,
  MYSQL_USER: `shop_${suffix}`,
  MYSQL_PASSWORD: "an'other\\",
  MYSQL_DATABASE: `ecommerce_test_${suffix}`,
}
const other = `ecommerceXtest_${suffix}`

const as = (settings: Config, sql: string, selectDatabase = true) =>
  withConnection(settings, async (connection) => (await connection.query(sql))[0], { selectDatabase })

beforeAll(async () => {
  await migrate(config)
  await as(asAdministrator(config), `CREATE DATABASE ${other}`, false)
})
afterAll(async () => {
  for (const database of [config.MYSQL_DATABASE, other])
    await as(asAdministrator(config), `DROP DATABASE ${database}`, false)
  await as(asAdministrator(config), `DROP USER '${config.MYSQL_USER}'@'%'`, false)
})

describe('the account of the shop', () => {
  it('reads and writes rows', async () => {
    const database = openDatabase(config)
    try {
      const products = new MysqlProductStore(database)
      const { items } = await products.list({ limit: 1 })
      expect(items).toEqual([])
      expect(await new MysqlOrderStore(database, () => new Date()).list({ limit: 1 })).toMatchObject({ items: [] })
    } finally {
      await database.close()
    }
    await as(config, `INSERT INTO idempotency_keys SELECT * FROM idempotency_keys WHERE 1 = 0`)
    await as(config, 'UPDATE products SET version = version')
    await as(config, 'DELETE FROM products WHERE id = 0')
  })

  it.each([
    ['create a table', 'CREATE TABLE t (id INT)'],
    ['drop a table', 'DROP TABLE orders'],
    ['empty a table', 'TRUNCATE TABLE orders'],
    ['change a table', 'ALTER TABLE orders ADD COLUMN x INT'],
    ['create an account', "CREATE USER 'more'@'%' IDENTIFIED BY 'x'"],
    ['read accounts', 'SELECT * FROM mysql.user'],
    ['read a database with a similar name', `SHOW TABLES FROM ${other}`],
    ['read a file', "SELECT COUNT(*) FROM products INTO OUTFILE '/tmp/never'"],
    ['change a global variable', 'SET GLOBAL max_connections = 1'],
    ['pass on its rights', `GRANT SELECT ON ${config.MYSQL_DATABASE}.* TO 'root'@'localhost'`],
  ])('cannot %s', async (_, sql) => {
    await expect(as(config, sql)).rejects.toMatchObject({ code: expect.stringMatching(/DENIED|ACCESS/) })
  })

  it('has the password that was set last', async () => {
    const changed = { ...config, MYSQL_PASSWORD: 'changed' }

    await migrate(changed)

    await expect(as(config, 'SELECT 1')).rejects.toMatchObject({ code: 'ER_ACCESS_DENIED_ERROR' })
    expect(await as(changed, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
    await migrate(config)
  })
})
