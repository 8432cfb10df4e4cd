import { createAdmin } from '@ecommerce/adapters/kafka'
import { kafkaServer, startBroker } from '../kafka-server'
import { type ClusterKind, nodeFolder } from './cluster-server'
import { consecutivePorts } from './consecutive-ports'

const HEAP_MB = 256
const TIMEOUT_MS = 3_000

/** Brokers that are controllers, too. Each topic has three copies; two must have a message before it is confirmed. */
export const kafkaCluster: ClusterKind = {
  single: kafkaServer,
  innerPortsPerNode: 1,
  missingPackages: kafkaServer.missingPackages,

  clientPorts: ({ KAFKA_BROKERS }, nodes) => consecutivePorts('KAFKA_BROKERS', KAFKA_BROKERS.map(portOf), nodes),
  withClientPorts: (config, ports, nodes) => ({
    ...config,
    KAFKA_BROKERS: ports.map((port) => `127.0.0.1:${port}`),
    KAFKA_REPLICATION: Math.min(nodes, 3),
  }),
  nodeConfig: (config, index) => ({ ...config, KAFKA_BROKERS: config.KAFKA_BROKERS.slice(index, index + 1) }),
  environment: ({ KAFKA_BROKERS, KAFKA_REPLICATION }) => ({
    KAFKA_BROKERS: KAFKA_BROKERS.join(','),
    KAFKA_REPLICATION: String(KAFKA_REPLICATION),
  }),

  async isMember({ KAFKA_BROKERS }, nodes) {
    const admin = createAdmin({ brokers: KAFKA_BROKERS, clientId: 'ecommerce-local', timeoutMs: TIMEOUT_MS })
    try {
      await admin.connect()
      return (await admin.describeCluster()).brokers.length === nodes
    } finally {
      await admin.disconnect()
    }
  },

  async start({ config, instance, note, layout, stopped }) {
    const nodes = layout.inner.map(([controllerPort = 0], index) => ({
      port: layout.client[index] ?? 0,
      controllerPort,
    }))
    await Promise.all(
      stopped.map((index) => {
        const folder = nodeFolder('kafka', index)
        return startBroker({ config, instance, note, folder, nodes, index, heapMb: HEAP_MB })
      }),
    )
  },
}

function portOf(broker: string): number {
  return Number(broker.slice(broker.lastIndexOf(':') + 1))
}
