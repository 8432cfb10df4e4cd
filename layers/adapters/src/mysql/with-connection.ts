import type { Connection } from 'mysql2/promise'
import { type ConnectionDifferences, databaseOptions, type MysqlSettings } from './connection-options'
import { openConnection } from './open-connection'
import { ServerList } from './server-list'
import { SERVER_IDLE_MS } from './session-settings'
import { TimeLeft } from './time-left'

/** For tools, which may change large tables, and wait for the transactions of the shop to end. */
const STATEMENT_MS = 600_000
const LOCK_WAIT_MS = 60_000
const CONNECT_TIMEOUT_MS = 10_000

/**
 * Does the work on a connection of its own to the first server that accepts writes, and closes it afterwards. For tools:
 * a service uses a `Database`.
 */
export async function withConnection<Result>(
  settings: MysqlSettings,
  work: (connection: Connection) => Promise<Result>,
  { connectTimeoutMs = CONNECT_TIMEOUT_MS, ...differences }: ConnectionDifferences = {},
): Promise<Result> {
  const { fallbacks, ...address } = databaseOptions(settings)
  const limits = { connectTimeoutMs, statementMs: STATEMENT_MS, lockWaitMs: LOCK_WAIT_MS, idleMs: SERVER_IDLE_MS }
  const servers = new ServerList([address, ...fallbacks.map((server) => ({ ...address, ...server }))], (server) =>
    openConnection(server, limits, differences),
  )
  const opened = await servers.connect(new TimeLeft(connectTimeoutMs))
  try {
    return await work(opened.connection)
  } finally {
    await opened.close()
  }
}
