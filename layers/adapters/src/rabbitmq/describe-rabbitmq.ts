import { connect } from 'amqplib'
import type { ServerDescription } from '../server-description'

export interface RabbitMqDescriptionOptions {
  readonly url: string
  readonly managementPort: number
  readonly queue: string
  readonly timeoutMs: number
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

async function readVersion({ url, timeoutMs }: RabbitMqDescriptionOptions): Promise<string> {
  const connection = await connect(url, { timeout: timeoutMs })
  connection.on('error', () => undefined)
  const { version } = connection.connection.serverProperties
  await connection.close()
  return String(version)
}

async function readQueue(options: RabbitMqDescriptionOptions): Promise<Record<string, string>> {
  const { hostname, protocol, username, password, pathname } = new URL(options.url)
  const vhost = decodeURIComponent(pathname.slice(1)) || '/'
  const scheme = protocol === 'amqps:' ? 'https' : 'http'
  const path = `/api/queues/${encodeURIComponent(vhost)}/${encodeURIComponent(options.queue)}`
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  const response = await fetch(`${scheme}://${hostname}:${options.managementPort}${path}`, {
    headers: { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` },
    // Half of the time, so that the version is still reported when this does not respond.
    signal: AbortSignal.timeout(options.timeoutMs / 2),
  }).catch(() => undefined)
  if (!response?.ok) return {}
  const { type, durable } = (await response.json()) as { readonly type?: unknown; readonly durable?: unknown }
  return { 'queue.type': String(type), 'queue.durable': String(durable) }
}
