import { connect } from 'amqplib'
import type { ServerDescription } from '../server-description'

export interface RabbitMqDescriptionOptions {
  readonly url: string
  readonly managementPort: number
  readonly queue: string
  readonly timeoutMs: number
}

/** What `RabbitMqPublisher` asks for with every message. */
const PUBLISHER_DURABILITY = { 'delivery-mode': 'persistent', 'publisher-confirms': 'true' }

/**
 * The version, and how the queue keeps what it has confirmed. AMQP does not tell the type of a queue, the management
 * interface does; where that does not answer, nothing is said of the queue. Rejects when the broker does not answer.
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
  const answer = await fetch(`${scheme}://${hostname}:${options.managementPort}${path}`, {
    headers: { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` },
    // Half the time: the version is to be told also where this is not answered.
    signal: AbortSignal.timeout(options.timeoutMs / 2),
  }).catch(() => undefined)
  if (!answer?.ok) return {}
  const { type, durable } = (await answer.json()) as { readonly type?: unknown; readonly durable?: unknown }
  return { 'queue.type': String(type), 'queue.durable': String(durable) }
}
