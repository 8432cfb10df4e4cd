import type { Config } from '@ecommerce/runtime/config'
import mysql from 'mysql2/promise'

/** The account of the shop. It may do everything in its database, and nothing with the server. */
export const SHOP_ACCOUNT = { user: 'shop', password: 'shop-password' } as const

/** Runs statements as an administrator, over a connection of their own. @returns the rows of the last one */
export async function asAdministrator(
  config: Config,
  ...statements: readonly string[]
): Promise<readonly mysql.RowDataPacket[]> {
  const connection = await mysql.createConnection({
    host: config.MYSQL_HOST,
    port: config.MYSQL_PORT,
    user: config.MYSQL_USER,
    password: config.MYSQL_PASSWORD,
    database: config.MYSQL_DATABASE,
    connectTimeout: 10_000,
  })
  connection.on('error', () => undefined)
  try {
    let rows: readonly mysql.RowDataPacket[] = []
    for (const statement of statements) {
      const [result] = await connection.query<mysql.RowDataPacket[]>({ sql: statement, timeout: 20_000 })
      rows = Array.isArray(result) ? result : []
    }
    return rows
  } finally {
    connection.destroy()
  }
}

export async function createShopAccount(config: Config): Promise<void> {
  const { user, password } = SHOP_ACCOUNT
  await asAdministrator(
    config,
    ...['%', 'localhost', '127.0.0.1'].flatMap((host) => [
      `CREATE USER IF NOT EXISTS '${user}'@'${host}' IDENTIFIED BY '${password}'`,
      `GRANT ALL PRIVILEGES ON \`${config.MYSQL_DATABASE}\`.* TO '${user}'@'${host}'`,
    ]),
  )
}

/** Ends the connections of the shop (`CONNECTION`), or only what they execute (`QUERY`). */
export async function killOfShop(config: Config, what: 'CONNECTION' | 'QUERY'): Promise<void> {
  const isBusy = what === 'QUERY' ? "AND COMMAND = 'Query'" : ''
  const rows = await asAdministrator(
    config,
    `SELECT ID AS id FROM information_schema.PROCESSLIST WHERE USER = '${SHOP_ACCOUNT.user}' ${isBusy}`,
  )
  for (const { id } of rows) {
    await asAdministrator(config, `KILL ${what} ${Number(id)}`).catch((error: unknown) => {
      // 1094: it has ended meanwhile.
      if (!(error instanceof Error && 'errno' in error && error.errno === 1094)) throw error
    })
  }
}
