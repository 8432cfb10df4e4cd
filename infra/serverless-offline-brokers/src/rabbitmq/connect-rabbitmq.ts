import { type ChannelModel, connect } from 'amqplib'
import type { RabbitMqMapping } from '../event-source-mapping'
import type { RabbitMqPollerOptions } from './rabbitmq-poller'

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
