/** A message of either broker, as a consumer function sees it. */
export interface ConsumedMessage {
  readonly broker: 'kafka' | 'rabbitmq'
  /** The topic or the queue. */
  readonly source: string
  /** Kafka: `partition-offset`. A queue has no positions. */
  readonly position?: string | undefined
  /** Whether the broker says that it has delivered it before. Kafka never does. */
  readonly redelivered?: boolean | undefined
  readonly id?: string | undefined
  readonly key?: string | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}
