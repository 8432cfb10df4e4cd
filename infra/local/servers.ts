import { mysqlServer } from './mysql-server'
import type { Server } from './server'

/** In the order they are shown in. */
export const SERVERS: readonly Server[] = [mysqlServer]
