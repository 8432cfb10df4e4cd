import type { RabbitMqMessage } from '../event/rabbitmq-event'
import type { RabbitMqMapping } from '../event-source-mapping'

const LISTED = 3

/** Names messages so that a person can find them: queue, delivery tags, message IDs, and how often they came. */
export function describeMessages(
  { queue }: Pick<RabbitMqMapping, 'queue'>,
  messages: readonly RabbitMqMessage[],
): string {
  const listed = messages.slice(0, LISTED).map(describeMessage)
  const more = messages.length - listed.length
  const count = messages.length === 1 ? '1 message' : `${messages.length} messages`
  return `${count} of ${queue} (${listed.join('; ')}${more > 0 ? `; and ${more} more` : ''})`
}

function describeMessage({ fields, properties }: RabbitMqMessage): string {
  const count = properties.headers?.['x-delivery-count']
  const details = [
    `tag ${fields.deliveryTag}`,
    properties.messageId === undefined ? 'no message id' : `id ${JSON.stringify(properties.messageId)}`,
    ...(fields.redelivered ? [`redelivered${typeof count === 'number' ? ` ${count} times` : ''}`] : []),
  ]
  return details.join(', ')
}
