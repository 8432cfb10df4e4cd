import type { ServerDescription } from '../server-description'
import { closeConnection, connectToAny, type RabbitMqAddresses } from './connect-rabbitmq'

export interface RabbitMqDescriptionOptions extends RabbitMqAddresses {
  readonly managementPort: number
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

/** Asks the nodes one after another: one may be down. */
async function readQueue(options: RabbitMqDescriptionOptions): Promise<Record<string, string>> {
  for (const url of options.urls) {
    const queue = await readQueueFrom(url, options)
    if (queue) return queue
  }
  return {}
}

async function readQueueFrom(
  url: string,
  { urls, managementPort, queue, timeoutMs }: RabbitMqDescriptionOptions,
): Promise<Record<string, string> | undefined> {
  const { hostname, protocol, username, password, pathname } = new URL(url)
  const vhost = decodeURIComponent(pathname.slice(1)) || '/'
  const scheme = protocol === 'amqps:' ? 'https' : 'http'
  const path = `/api/queues/${encodeURIComponent(vhost)}/${encodeURIComponent(queue)}`
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  const response = await fetch(`${scheme}://${hostname}:${managementPort}${path}`, {
    headers: { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` },
    // Half of the time, so that the version is still reported when this does not respond.
    signal: AbortSignal.timeout(Math.ceil(timeoutMs / 2 / urls.length)),
  }).catch(() => undefined)
  if (!response?.ok) return undefined
  const { type, durable } = (await response.json()) as { readonly type?: unknown; readonly durable?: unknown }
  return { 'queue.type': String(type), 'queue.durable': String(durable) }
}
