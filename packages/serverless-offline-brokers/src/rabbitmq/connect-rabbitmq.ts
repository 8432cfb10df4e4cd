import { type ChannelModel, connect } from 'amqplib'
import type { RabbitMqMapping, RetryDelay } from '../event-source-mapping'

/** Settings of the connection, which neither AWS documents nor a mapping has. */
export interface RabbitMqPollerOptions {
  readonly heartbeatSeconds: number
  readonly connectTimeoutMs: number
  /** When the broker does not answer within this time, the connection counts as lost. */
  readonly responseTimeoutMs: number
  readonly reconnectDelay: RetryDelay
}

export const RABBITMQ_POLLER_DEFAULTS: RabbitMqPollerOptions = {
  heartbeatSeconds: 30,
  connectTimeoutMs: 5_000,
  responseTimeoutMs: 5_000,
  reconnectDelay: { firstMs: 250, longestMs: 5_000 },
}

/** Uses the virtual host of the mapping, as AWS does. A path in the URL is ignored. */
export function connectRabbitMq(
  { url, tls, virtualHost, name }: RabbitMqMapping,
  { heartbeatSeconds, connectTimeoutMs }: RabbitMqPollerOptions,
): Promise<ChannelModel> {
  const { protocol, hostname, port, username, password } = new URL(url)
  return connect(
    {
      protocol: protocol.replace(':', ''),
      hostname: hostname.replace(/^\[|\]$/g, ''),
      ...(port !== '' && { port: Number(port) }),
      ...(username !== '' && { username: decodeURIComponent(username), password: decodeURIComponent(password) }),
      // amqplib decodes it.
      vhost: encodeURIComponent(virtualHost),
      heartbeat: heartbeatSeconds,
    },
    // Options of `net.connect` or `tls.connect`.
    {
      ...tls,
      timeout: connectTimeoutMs,
      noDelay: true,
      clientProperties: { connection_name: `serverless-offline-brokers/${name}` },
    },
  )
}
