import { type ClusterKind, clusterServer } from './cluster/cluster-server'
import { galeraCluster } from './cluster/galera-cluster'
import { kafkaCluster } from './cluster/kafka-cluster'
import { rabbitmqCluster } from './cluster/rabbitmq-cluster'
import { kafkaServer } from './kafka-server'
import { mysqlServer } from './mysql-server'
import { rabbitmqServer } from './rabbitmq-server'
import type { Server, ServerName } from './server'

/** In display order. */
export const SERVERS: readonly Server[] = [mysqlServer, kafkaServer, rabbitmqServer]

export function serverNamed(name: ServerName): Server {
  return { mysql: mysqlServer, kafka: kafkaServer, rabbitmq: rabbitmqServer }[name]
}

const CLUSTERS: Readonly<Record<ServerName, ClusterKind>> = {
  mysql: galeraCluster,
  kafka: kafkaCluster,
  rabbitmq: rabbitmqCluster,
}

/** A server alone, or a cluster of so many nodes. */
export function serverWithNodes(name: ServerName, nodes: number): Server {
  return nodes === 1 ? serverNamed(name) : clusterServer(CLUSTERS[name], nodes)
}
