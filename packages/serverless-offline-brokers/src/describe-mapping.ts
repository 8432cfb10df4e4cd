import type { EventSourceMapping, KafkaMapping, RabbitMqMapping } from './event-source-mapping'

/** One line for a person: what is polled, where, from which position, and by which function. No secrets. */
export function describeMapping(mapping: EventSourceMapping): string {
  const source = mapping.kind === 'rabbitmq' ? describeQueue(mapping) : describeTopic(mapping)
  const limit = mapping.reservedConcurrency
  const details = [
    `batches of ${mapping.batchSize}`,
    ...(mapping.batchWindowMs > 0 && mapping.batchSize > 1 ? [`or ${mapping.batchWindowMs} ms`] : []),
  ].join(' ')
  const end = [details, ...(limit === undefined ? [] : [`reserved concurrency ${limit}`])].join('; ')
  return `Event source ${mapping.name}${mapping.enabled ? '' : ' (disabled)'}: ${source}; ${end}`
}

function describeTopic({ kind, topic, brokers, tls, sasl, consumerGroupId, startingPosition }: KafkaMapping): string {
  const security = [...(tls === false ? [] : ['TLS']), ...(sasl === undefined ? [] : [sasl.mechanism])]
  const position =
    startingPosition.at === 'AT_TIMESTAMP'
      ? `AT_TIMESTAMP ${new Date(startingPosition.timestampMs).toISOString()}`
      : startingPosition.at
  const server = [`${kind === 'msk' ? 'MSK' : 'Kafka'} at ${brokers.join(',')}`, ...security].join(', ')
  return `topic ${topic} of ${server}; group ${consumerGroupId}, from ${position} if it has no offsets`
}

function describeQueue({ queue, virtualHost, urls }: RabbitMqMapping): string {
  return `queue ${queue} of RabbitMQ at ${urls.map(addressOf).join(', ')}; virtual host ${virtualHost}`
}

/** Without user and password. */
function addressOf(url: string): string {
  const { protocol, hostname, port } = new URL(url)
  return `${protocol}//${hostname}:${port || (protocol === 'amqps:' ? 5671 : 5672)}`
}
