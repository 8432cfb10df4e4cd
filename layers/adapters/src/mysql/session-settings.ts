/** The limits of the server for one session. */
export interface ServerLimits {
  /** The longest time for a statement. MySQL limits only those that read. */
  readonly statementMs: number
  /** How long a transaction waits for a row, or a statement for a table that is being changed. */
  readonly lockWaitMs: number
  /**
   * How long the server waits for the next statement, or for the rest of one. Then it closes the connection and rolls
   * back, so a client that has vanished holds its locks no longer.
   */
  readonly idleMs: number
}

/** A service gives up early and retries: the holder of a lock may have vanished. */
export const LOCK_WAIT_MS = 2_000

/** A server waits this long for a client. Locks of a client that has vanished end after it. */
export const SERVER_IDLE_MS = 8_000

/** The pool closes a connection that is idle for this long, well before the server does. */
export const POOL_IDLE_MS = 4_000

/**
 * Everything that the statements of this project rely on, so that no global setting of a server can change what they
 * do. No setting needs a privilege.
 */
export function sessionSettings({ statementMs, lockWaitMs, idleMs }: ServerLimits): readonly string[] {
  const statementSeconds = statementMs / 1_000
  const settings = [
    // A global 0 would leave transactions open; 1 or 2 would start another one, or disconnect, after each commit.
    'autocommit = 1',
    'completion_type = 0',
    `sql_mode = 'STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION,ERROR_FOR_DIVISION_BY_ZERO'`,
    `time_zone = '+00:00'`,
    'foreign_key_checks = 1',
    'unique_checks = 1',
    'sql_safe_updates = 0',
    'sql_big_selects = 1',
    'sql_select_limit = 18446744073709551615',
    `innodb_lock_wait_timeout = ${seconds(lockWaitMs)}`,
    `lock_wait_timeout = ${seconds(lockWaitMs)}`,
    `wait_timeout = ${seconds(idleMs)}`,
    `net_read_timeout = ${seconds(idleMs)}`,
    `net_write_timeout = ${seconds(idleMs)}`,
  ]
  return [
    'SET NAMES utf8mb4 COLLATE utf8mb4_unicode_520_ci',
    // Locking reads lock the rows they return and no gaps, so batches of different orders do not conflict.
    'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED, READ WRITE',
    // The comments are code: the first one for MariaDB only, the second one for MySQL only.
    `SET ${settings.map((setting) => `SESSION ${setting}`).join(', ')}
     /*M! , SESSION max_statement_time = ${statementSeconds} */ /*!80000 , SESSION max_execution_time = ${statementMs} */`,
  ]
}

function seconds(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1_000))
}
