import type { Config } from '@ecommerce/runtime/config'
import mysql, { type Connection } from 'mysql2/promise'

/** What the functions do with rows. They create, change and drop no table, and grant nothing. */
const RIGHTS = 'SELECT, INSERT, UPDATE, DELETE'

/** The configuration of a program that changes tables or accounts: with the administrator, if there is one. */
export function asAdministrator(config: Config): Config {
  const { MYSQL_ADMIN_USER = config.MYSQL_USER, MYSQL_ADMIN_PASSWORD = config.MYSQL_PASSWORD } = config
  return { ...config, MYSQL_USER: MYSQL_ADMIN_USER, MYSQL_PASSWORD: MYSQL_ADMIN_PASSWORD }
}

/**
 * Creates the account of the functions, or sets its password after a change. Without an administrator of its own, or if
 * both are the same account, nothing changes.
 * @param connection of the administrator
 */
export async function createShopAccount(connection: Connection, config: Config): Promise<void> {
  const { MYSQL_ADMIN_USER, MYSQL_USER, MYSQL_PASSWORD, MYSQL_DATABASE } = config
  if (MYSQL_ADMIN_USER === undefined || MYSQL_ADMIN_USER === MYSQL_USER) return
  const account = `${mysql.escape(MYSQL_USER)}@'%'`
  await connection.query(`CREATE USER IF NOT EXISTS ${account} IDENTIFIED BY ${mysql.escape(MYSQL_PASSWORD)}`)
  await connection.query(`ALTER USER ${account} IDENTIFIED BY ${mysql.escape(MYSQL_PASSWORD)}`)
  // An underscore in the name of a database would stand for any character.
  const database = mysql.escapeId(MYSQL_DATABASE).replaceAll('_', '\\_')
  await connection.query(`GRANT ${RIGHTS} ON ${database}.* TO ${account}`)
}
