import mysql, { type Connection } from 'mysql2/promise'
import {
  type ConnectionDifferences,
  connectionOptions,
  databaseOptions,
  type MysqlSettings,
} from './connection-options'

/** Does the work on a connection of its own, and closes it afterwards. For tools: a service uses a `Database`. */
export async function withConnection<Result>(
  settings: MysqlSettings,
  work: (connection: Connection) => Promise<Result>,
  differences: ConnectionDifferences = {},
): Promise<Result> {
  const connection = await mysql.createConnection(connectionOptions(databaseOptions(settings), differences))
  try {
    return await work(connection)
  } finally {
    await connection.end()
  }
}
