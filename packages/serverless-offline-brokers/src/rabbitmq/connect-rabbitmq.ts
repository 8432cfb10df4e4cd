import { type ChannelModel, connect } from 'amqplib'
import type { RabbitMqMapping, RetryDelay } from '../event-source-mapping'

/** What AWS does not document and a mapping does not say. */
export interface RabbitMqPollerOptions {
  readonly heartbeatSeconds: number
  readonly connectTimeoutMs: number
  /** How long the broker may take for an answer before the connection is given up. */
  readonly answerTimeoutMs: number
  readonly reconnectDelay: RetryDelay
}

export const RABBITMQ_POLLER_DEFAULTS: RabbitMqPollerOptions = {
  heartbeatSeconds: 30,
  connectTimeoutMs: 5_000,
  answerTimeoutMs: 5_000,
  reconnectDelay: { firstMs: 250, longestMs: 5_000 },
}

/** The virtual host is that of the mapping, as on AWS; a path in the URL does not count. */
export function connectRabbitMq(
  { url, virtualHost, name }: RabbitMqMapping,
  { heartbeatSeconds, connectTimeoutMs }: RabbitMqPollerOptions,
): Promise<ChannelModel> {
  const { protocol, hostname, port, username, password } = new URL(url)
  return connect(
    {
      protocol: protocol.replace(':', ''),
      hostname: hostname.replace(/^\[|\]$/g, ''),
      ...(port !== '' && { port: Number(port) }),
      ...(username !== '' && { username: decodeURIComponent(username), password: decodeURIComponent(password) }),
      // amqplib takes it out of its percent encoding.
      vhost: encodeURIComponent(virtualHost),
      heartbeat: heartbeatSeconds,
    },
    {
      timeout: connectTimeoutMs,
      noDelay: true,
      clientProperties: { connection_name: `serverless-offline-brokers/${name}` },
    },
  )
}
