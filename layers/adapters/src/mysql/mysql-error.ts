/** An error of mysql2, or of the network below it. Not every error has these fields. */
interface MysqlError extends Error {
  readonly code?: string
  /** The number that the server has sent. For errors of the network, a negative number or undefined. */
  readonly errno?: number
  readonly sqlState?: string
  readonly fatal?: boolean
}

/**
 * - `conflict`: with another transaction. Nothing was written, and a retry is likely to succeed.
 * - `role`: this server does not accept writes now. Nothing was written, and another server may accept them.
 * - `unavailable`: the server, its environment or the connection failed. The outcome of a running commit is unknown.
 * - `statement`: the statement or its data. A retry fails too.
 */
export type ErrorKind = 'conflict' | 'role' | 'unavailable' | 'statement'

/**
 * Deadlock, lock timeout, no wait, the same for XA, and a changed record (MariaDB). Galera reports a failed certification
 * as a deadlock.
 */
const CONFLICTS = new Set([1213, 1205, 3572, 1402, 1613, 1614, 3058, 1020])

/** Read-only server, transaction, table or InnoDB; rolled back by the group; offline; Galera node without a quorum. */
const ROLES = new Set([1290, 1792, 1836, 1036, 1874, 3100, 3101, 3032, 1047])

/**
 * The classes of SQLSTATE for which the statement or its data is the cause: cardinality, data, constraints, syntax,
 * unsupported features, and check options. Every other class reports a state of the server.
 */
const STATEMENT_CLASSES = new Set(['21', '22', '23', '42', '0A', '44'])

/**
 * Errors of these classes that a valid statement can get: refusals (access, privileges, limits of the account), and
 * databases, tables or columns that are missing, because somebody has moved them or not yet migrated.
 */
const ENVIRONMENT = new Set([1044, 1045, 1142, 1143, 1227, 1370, 1203, 1226, 1049, 1146, 1109, 1051, 1054, 1104])

/** Errors without such a class (`HY000`, `01000`), for which the statement or its data is the cause. */
const STATEMENTS = new Set([
  // A value that does not fit its column, its constraint, its function or its character set.
  ...[1265, 1364, 1366, 1411, 1300, 1525, 3819],
  // A statement that no server accepts.
  ...[1093, 1111, 1193, 1210, 1221, 1238, 1243, 1267, 1270, 1271, 1273, 1390, 4078, 4079],
])

/** A code of the operating system or of the protocol. Excludes the codes of Node.js, such as `ERR_INVALID_ARG_TYPE`. */
const NETWORK_CODE = /^(E(?!RR?_)[A-Z0-9_]+|PROTOCOL_\w+)$/

/** A failure to get a connection, or the time to use it. */
abstract class ConnectionError extends Error {
  readonly code: string = 'ETIMEDOUT'
}

/** No connection was free in time. Either the server hangs, or all connections of the pool are busy. */
export class NoConnectionError extends ConnectionError {
  constructor() {
    super('no connection became free in time')
  }
}

/** The deadline of the caller has passed, so the statement was not sent. */
export class DeadlinePassedError extends ConnectionError {
  constructor() {
    super('the deadline has passed')
  }
}

/** The pool is closed, because the process ends. */
export class PoolClosedError extends ConnectionError {
  override readonly code = 'ECONNABORTED'

  constructor() {
    super('the connection pool is closed')
  }
}

/** None of the servers could be connected to. The message contains the reason for each. */
export class NoServerError extends ConnectionError {}

/** The server is connected, but read-only. */
export class ReadOnlyServerError extends Error {
  readonly errno = 1290

  constructor(readonly server: string) {
    super(`${server} is read-only`)
  }
}

/** Returns undefined for an error that does not come from MySQL. */
export function kindOf(error: unknown): ErrorKind | undefined {
  if (!isMysqlError(error)) return undefined
  const { errno = 0, code = '', fatal } = error
  if (errno >= 1) return kindOfNumber(errno, error.sqlState ?? '')
  return fatal === true || NETWORK_CODE.test(code) ? 'unavailable' : undefined
}

function kindOfNumber(errno: number, sqlState: string): ErrorKind {
  if (CONFLICTS.has(errno)) return 'conflict'
  if (ROLES.has(errno)) return 'role'
  if (ENVIRONMENT.has(errno)) return 'unavailable'
  return STATEMENT_CLASSES.has(sqlState.slice(0, 2)) || STATEMENTS.has(errno) ? 'statement' : 'unavailable'
}

/** The connection must not be used again: it has failed, or its server does not do what the shop needs. */
export function isConnectionFailure(error: unknown): boolean {
  const kind = kindOf(error)
  return kind === 'unavailable' || kind === 'role'
}

export function isDuplicateEntry(error: unknown): boolean {
  return isMysqlError(error) && error.code === 'ER_DUP_ENTRY'
}

const OUTDATED = new Set(['ER_DATA_OUT_OF_RANGE', 'ER_BAD_NULL_ERROR'])

/** A product has changed, has too few units, or does not exist: nothing was written. See `sellUnits`. */
export function isOutdated(error: unknown): boolean {
  return isMysqlError(error) && OUTDATED.has(error.code ?? '')
}

/** Removes the statement from an error of mysql2. It contains customer data, which would get into the log. */
export function withoutStatement(error: unknown): unknown {
  if (isMysqlError(error) && 'sql' in error) error.sql = undefined
  return error
}

function isMysqlError(error: unknown): error is MysqlError {
  return error instanceof Error
}
