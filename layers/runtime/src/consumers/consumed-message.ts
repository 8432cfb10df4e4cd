/** A message of Kafka or RabbitMQ, as a consumer function receives it. */
export interface ConsumedMessage {
  readonly broker: 'kafka' | 'rabbitmq'
  /** The topic or queue. */
  readonly source: string
  /** Kafka: `partition-offset`. RabbitMQ has no positions. */
  readonly position?: string | undefined
  /** RabbitMQ: whether the message was delivered before. Kafka does not report this. */
  readonly redelivered?: boolean | undefined
  readonly id?: string | undefined
  readonly key?: string | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}
