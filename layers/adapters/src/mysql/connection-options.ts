import type { ConnectionOptions } from 'mysql2/promise'

/** The settings of MySQL, by their names in the configuration. */
export interface MysqlSettings {
  /** A host, or a list of `host[:port]`, comma separated. */
  readonly MYSQL_HOST: string
  /** The port of the hosts that are listed without one. */
  readonly MYSQL_PORT: number
  readonly MYSQL_USER: string
  readonly MYSQL_PASSWORD: string
  readonly MYSQL_DATABASE: string
  readonly MYSQL_POOL_SIZE: number
  readonly MYSQL_QUERY_TIMEOUT_MS: number
  readonly MYSQL_RETRY_WITHIN_MS: number
}

/** A server. */
export interface ServerAddress {
  readonly host: string
  readonly port: number
}

/** The address of a database, and the account that uses it. */
export interface DatabaseAddress extends ServerAddress {
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
    supportBigNumbers: true,
    // JSON columns of MariaDB are text, so those of MySQL are read as text too.
    jsonStrings: true,
  }
}

/** The servers of `MYSQL_HOST`, in its order. An IPv6 address with a port is written in brackets. */
export function serverAddresses({ MYSQL_HOST, MYSQL_PORT }: Pick<MysqlSettings, 'MYSQL_HOST' | 'MYSQL_PORT'>) {
  return MYSQL_HOST.split(',').map((entry): ServerAddress => {
    const [, bracketed, name, port] = /^(?:\[(.+)\]|([^:]+))(?::(\d+))?$/.exec(entry.trim()) ?? []
    return { host: bracketed ?? name ?? entry.trim(), port: port === undefined ? MYSQL_PORT : Number(port) }
  })
}

/** The settings in the form that `Database` takes. */
export function databaseOptions(settings: MysqlSettings) {
  const [first = { host: settings.MYSQL_HOST, port: settings.MYSQL_PORT }, ...fallbacks] = serverAddresses(settings)
  return {
    ...first,
    fallbacks,
    user: settings.MYSQL_USER,
    password: settings.MYSQL_PASSWORD,
    database: settings.MYSQL_DATABASE,
    poolSize: settings.MYSQL_POOL_SIZE,
    queryTimeoutMs: settings.MYSQL_QUERY_TIMEOUT_MS,
    retryWithinMs: settings.MYSQL_RETRY_WITHIN_MS,
  }
}
