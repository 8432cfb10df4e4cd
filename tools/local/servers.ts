import { kafkaServer } from './kafka-server'
import { mysqlServer } from './mysql-server'
import { rabbitmqServer } from './rabbitmq-server'
import type { Server, ServerName } from './server'

/** In display order. */
export const SERVERS: readonly Server[] = [mysqlServer, kafkaServer, rabbitmqServer]

export function serverNamed(name: ServerName): Server {
  return { mysql: mysqlServer, kafka: kafkaServer, rabbitmq: rabbitmqServer }[name]
}
