import { type ChannelModel, connect } from 'amqplib'
import { withinTime } from '../deadline'
import type { RabbitMqMapping, RetryDelay } from '../event-source-mapping'

/** Settings of the connection, which neither AWS documents nor a mapping has. */
export interface RabbitMqPollerOptions {
  /**
   * After two intervals without a sign of life, each side ends the connection. Until then, the broker keeps the messages
   * of a lost consumer.
   */
  readonly heartbeatSeconds: number
  /** The time limit of each node of a cluster. */
  readonly connectTimeoutMs: number
  /** When the broker does not answer within this time, the connection counts as lost. */
  readonly responseTimeoutMs: number
  readonly reconnectDelay: RetryDelay
}

export const RABBITMQ_POLLER_DEFAULTS: RabbitMqPollerOptions = {
  heartbeatSeconds: 5,
  connectTimeoutMs: 3_000,
  responseTimeoutMs: 5_000,
  reconnectDelay: { firstMs: 250, longestMs: 5_000 },
}

/**
 * Connects to the first node that accepts the connection. Rejects with the reasons of all nodes. Uses the virtual host of
 * the mapping, as AWS does. A path in a URL is ignored.
 */
export async function connectRabbitMq(mapping: RabbitMqMapping, options: RabbitMqPollerOptions): Promise<ChannelModel> {
  const failures: { readonly url: string; readonly error: unknown }[] = []
  for (const url of mapping.urls) {
    try {
      return await connectTo(url, mapping, options)
    } catch (error) {
      failures.push({ url, error })
    }
  }
  if (failures.length === 1) throw failures[0]?.error
  const reasons = failures.map(({ url, error }) => `${new URL(url).host}: ${describe(error)}`)
  throw new Error(reasons.join('; '), { cause: new AggregateError(failures.map(({ error }) => error)) })
}

/** The time limit includes the handshakes: the system accepts connections also for a process that is frozen. */
async function connectTo(
  url: string,
  { tls, virtualHost, name }: RabbitMqMapping,
  { heartbeatSeconds, connectTimeoutMs }: RabbitMqPollerOptions,
): Promise<ChannelModel> {
  const { protocol, hostname, port, username, password } = new URL(url)
  const connecting = connect(
    {
      protocol: protocol.replace(':', ''),
      hostname: hostname.replace(/^\[|\]$/g, ''),
      ...(port !== '' && { port: Number(port) }),
      ...(username !== '' && { username: decodeURIComponent(username), password: decodeURIComponent(password) }),
      // amqplib decodes it.
      vhost: encodeURIComponent(virtualHost),
      heartbeat: heartbeatSeconds,
    },
    // Options of `net.connect` or `tls.connect`. The timeout ends a silent connection, but not a slow one.
    {
      ...tls,
      timeout: connectTimeoutMs,
      noDelay: true,
      clientProperties: { connection_name: `serverless-offline-brokers/${name}` },
    },
  )
  try {
    return await withinTime(connecting, connectTimeoutMs, () => new Error('connect ETIMEDOUT'))
  } catch (error) {
    connecting.then(closeLate, () => undefined)
    throw error
  }
}

function closeLate(connection: ChannelModel): void {
  connection.on('error', () => undefined)
  void connection.close().catch(() => undefined)
}

/** Node leaves the message empty when a host name has several addresses and all refuse. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.message || ('code' in error ? String(error.code) : error.name)
}
