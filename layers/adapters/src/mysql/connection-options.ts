import type { ConnectionOptions } from 'mysql2/promise'

/** The settings of MySQL, by their names in the configuration. */
export interface MysqlSettings {
  readonly MYSQL_HOST: string
  readonly MYSQL_PORT: number
  readonly MYSQL_USER: string
  readonly MYSQL_PASSWORD: string
  readonly MYSQL_DATABASE: string
  readonly MYSQL_POOL_SIZE: number
  readonly MYSQL_QUERY_TIMEOUT_MS: number
  readonly MYSQL_RETRY_WITHIN_MS: number
}

/** The address of a database, and the account that uses it. */
export interface DatabaseAddress {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
}

export interface ConnectionDifferences {
  /** False connects to the server without a database, for example to create one. Default: true. */
  readonly selectDatabase?: boolean
  /** Default: that of mysql2. */
  readonly connectTimeoutMs?: number
  /** Whether one query may hold several statements. Default: false. */
  readonly multipleStatements?: boolean
}

/** The mysql2 options of a connection. Every connection has the same character set, and its times are in UTC. */
export function connectionOptions(
  { host, port, user, password, database }: DatabaseAddress,
  { selectDatabase = true, connectTimeoutMs, multipleStatements = false }: ConnectionDifferences = {},
): ConnectionOptions {
  return {
    host,
    port,
    user,
    password,
    ...(selectDatabase && { database }),
    ...(connectTimeoutMs !== undefined && { connectTimeout: connectTimeoutMs }),
    multipleStatements,
    charset: 'utf8mb4_unicode_520_ci',
    timezone: 'Z',
  }
}

/** The settings in the form that `Database` takes. */
export function databaseOptions(settings: MysqlSettings) {
  return {
    host: settings.MYSQL_HOST,
    port: settings.MYSQL_PORT,
    user: settings.MYSQL_USER,
    password: settings.MYSQL_PASSWORD,
    database: settings.MYSQL_DATABASE,
    poolSize: settings.MYSQL_POOL_SIZE,
    queryTimeoutMs: settings.MYSQL_QUERY_TIMEOUT_MS,
    retryWithinMs: settings.MYSQL_RETRY_WITHIN_MS,
  }
}
