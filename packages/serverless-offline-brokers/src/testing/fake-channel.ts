import type { AmqpTable } from '../event/amqp-value'
import type { RabbitMqMessage } from '../event/rabbitmq-event'
import type { SettlingChannel } from '../rabbitmq/message-worker'

/** Records how each delivery is settled. As in amqplib, a closed channel throws, and so does a second settlement. */
export class FakeChannel implements SettlingChannel {
  /** Delivery tags, in the order of settlement. */
  readonly acked: number[] = []
  readonly requeued: number[] = []
  #isClosed = false

  constructor(private readonly onRequeue: (message: RabbitMqMessage) => void = () => {}) {}

  ack(message: RabbitMqMessage, allUpTo = false): void {
    this.#assertOpenAndUnsettled(message)
    if (allUpTo) throw new Error('acknowledges messages of other batches')
    this.acked.push(message.fields.deliveryTag)
  }

  reject(message: RabbitMqMessage, requeue = true): void {
    this.#assertOpenAndUnsettled(message)
    if (!requeue) throw new Error('drops the message, or dead-letters it')
    this.requeued.push(message.fields.deliveryTag)
    this.onRequeue(message)
  }

  close(): void {
    this.#isClosed = true
  }

  #assertOpenAndUnsettled({ fields: { deliveryTag } }: RabbitMqMessage): void {
    if (this.#isClosed) throw new Error('channel closed')
    if ([...this.acked, ...this.requeued].includes(deliveryTag))
      throw new Error(`delivery ${deliveryTag} settled twice`)
  }
}

/** A delivery, as amqplib passes it to a consumer. */
export function deliveryOf(deliveryTag: number, body: string | Buffer, headers: AmqpTable = {}): RabbitMqMessage {
  return {
    fields: { deliveryTag, redelivered: false },
    properties: { headers, deliveryMode: 2 },
    content: Buffer.from(body),
  }
}
