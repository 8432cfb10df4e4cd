/** An error of mysql2. Not every error has these fields. */
interface MysqlError extends Error {
  readonly code?: string
  readonly fatal?: boolean
}

const CONFLICTS = new Set(['ER_LOCK_DEADLOCK', 'ER_LOCK_WAIT_TIMEOUT'])

const OUTDATED = new Set(['ER_DATA_OUT_OF_RANGE', 'ER_BAD_NULL_ERROR'])

const CONNECTION_FAILURES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'PROTOCOL_CONNECTION_LOST',
  'PROTOCOL_SEQUENCE_TIMEOUT',
  'PROTOCOL_ENQUEUE_AFTER_FATAL_ERROR',
  'ER_SERVER_SHUTDOWN',
  'ER_NORMAL_SHUTDOWN',
  'ER_CON_COUNT_ERROR',
  'ER_ACCESS_DENIED_ERROR',
  'ER_BAD_DB_ERROR',
])

/** No connection was free in time. Either the server hangs, or all connections of the pool are busy. */
export class NoConnectionError extends Error {
  readonly code = 'ETIMEDOUT'

  constructor() {
    super('no connection became free in time')
  }
}

/** The deadline of the caller has passed, so the statement was not sent. */
export class DeadlinePassedError extends Error {
  readonly code = 'ETIMEDOUT'

  constructor() {
    super('the deadline has passed')
  }
}

/** The transaction conflicted with another one: nothing was written, and a retry is likely to succeed. */
export function isConflict(error: unknown): boolean {
  return isMysqlError(error) && CONFLICTS.has(error.code ?? '')
}

/** Removes the statement from an error of mysql2. It contains customer data, which would get into the log. */
export function withoutStatement(error: unknown): unknown {
  if (isMysqlError(error) && 'sql' in error) error.sql = undefined
  return error
}

export function isDuplicateEntry(error: unknown): boolean {
  return isMysqlError(error) && error.code === 'ER_DUP_ENTRY'
}

/** A product has changed, has too few units, or does not exist: nothing was written. See `sellUnits`. */
export function isOutdated(error: unknown): boolean {
  return isMysqlError(error) && OUTDATED.has(error.code ?? '')
}

/** The server or the connection is down. It is unknown whether the running statement has taken effect. */
export function isConnectionFailure(error: unknown): boolean {
  return isMysqlError(error) && (CONNECTION_FAILURES.has(error.code ?? '') || error.fatal === true)
}

function isMysqlError(error: unknown): error is MysqlError {
  return error instanceof Error
}
