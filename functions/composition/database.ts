import { EventEmitter } from 'node:events'
import { Database } from '@ecommerce/adapters/mysql'
import { lifecycle } from './lifecycle'
import { config } from './settings'
import { tracer } from './telemetry'

/** Emits `committed` after every commit of a transaction. */
export const commits = new EventEmitter<{ committed: [] }>()

/** The one connection pool of this process. It connects on the first query. */
export const database = new Database({
  host: config.MYSQL_HOST,
  port: config.MYSQL_PORT,
  user: config.MYSQL_USER,
  password: config.MYSQL_PASSWORD,
  database: config.MYSQL_DATABASE,
  poolSize: config.MYSQL_POOL_SIZE,
  queryTimeoutMs: config.MYSQL_QUERY_TIMEOUT_MS,
  retryWithinMs: config.MYSQL_RETRY_WITHIN_MS,
  onCommitted: () => commits.emit('committed'),
  tracer,
})
lifecycle.onClose('database', () => database.close())
