import { kafkaServer } from './kafka-server'
import { mysqlServer } from './mysql-server'
import { rabbitmqServer } from './rabbitmq-server'
import type { Server } from './server'

/** In the order they are shown in. */
export const SERVERS: readonly Server[] = [mysqlServer, kafkaServer, rabbitmqServer]
