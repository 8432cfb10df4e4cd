import type { ServerDescription } from '../server-description'
import { closeConnection, connectToAny, type RabbitMqAddresses } from './connect-rabbitmq'
import { type ManagementAddresses, requestManagement, VIRTUAL_HOST } from './request-management'

export interface RabbitMqDescriptionOptions extends ManagementAddresses {
  readonly queue: string
}

/** The settings of `RabbitMqPublisher` for every message. */
const PUBLISHER_DURABILITY = { 'delivery-mode': 'persistent', 'publisher-confirms': 'true' }

/**
 * Reads the version, and how the queue stores confirmed messages. Only the management interface knows the type of a
 * queue; when it does not respond, the queue is left out. Rejects when the broker itself does not respond.
 */
export async function describeRabbitMq(options: RabbitMqDescriptionOptions): Promise<ServerDescription> {
  const [version, queue] = await Promise.all([readVersion(options), readQueue(options)])
  return { version, durability: { ...PUBLISHER_DURABILITY, ...queue } }
}

async function readVersion(addresses: RabbitMqAddresses): Promise<string> {
  const connection = await connectToAny(addresses)
  const { version } = connection.connection.serverProperties
  await closeConnection(connection)
  return String(version)
}

async function readQueue(options: RabbitMqDescriptionOptions): Promise<Record<string, string>> {
  // Half of the time, so that the version is still reported when this does not respond.
  const response = await requestManagement(
    { ...options, timeoutMs: options.timeoutMs / 2 },
    { path: ['queues', VIRTUAL_HOST, options.queue] },
  )
  if (!response?.ok) return {}
  const { type, durable } = (await response.json()) as { readonly type?: unknown; readonly durable?: unknown }
  return { 'queue.type': String(type), 'queue.durable': String(durable) }
}
