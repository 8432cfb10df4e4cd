import { EventEmitter } from 'node:events'
import { Database, databaseOptions } from '@ecommerce/adapters/mysql'
import { lifecycle } from './lifecycle'
import { config } from './settings'
import { tracer } from './telemetry'

/** Emits `committed` after every commit of a transaction. */
export const commits = new EventEmitter<{ committed: [] }>()

/** The one connection pool of this process. It connects on the first query. */
export const database = new Database({
  ...databaseOptions(config),
  onCommitted: () => commits.emit('committed'),
  tracer,
})
lifecycle.onClose('database', () => database.close())
